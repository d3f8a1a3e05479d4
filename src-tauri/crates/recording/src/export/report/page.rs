//! A report's content as a page.

use std::fmt::Write as _;

use super::described::moment;
use super::{Made, Part, ReportContent, Section};
use crate::chart::{Chart, Table, escaped, style_of_system};

/// The whole report as one file. It needs no script and fetches nothing, and a browser is told not to let it.
#[must_use]
pub fn html(content: &ReportContent, made: &Made) -> String {
    let title = escaped(&content.title);
    let sections: String = content.sections.iter().enumerate().map(section).collect();
    let links: String = content.sections.iter().enumerate().map(link).collect();
    let (app, on) = (escaped(&made.app), escaped(&moment(made.at_unix_ms)));
    format!(
        "<!doctype html>\n\
         <html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"Cachescope {app}\">\n\
         <title>{title}</title>\n<style>{STYLE}{}</style>\n</head>\n<body>\n\
         <header>\n<h1>{title}</h1>\n<p class=\"muted\">Written by Cachescope {app} on {on}.</p>\n\
         <nav aria-label=\"Sections\"><ul>{links}</ul></nav>\n</header>\n<main>\n{sections}</main>\n</body>\n</html>\n",
        style_of_system()
    )
}

fn link((index, section): (usize, &Section)) -> String {
    format!("<li><a href=\"#section-{}\">{}</a></li>", index + 1, escaped(&section.heading))
}

fn section((index, section): (usize, &Section)) -> String {
    let parts: String = section.parts.iter().map(part).collect();
    format!("<section>\n<h2 id=\"section-{}\">{}</h2>\n{parts}</section>\n", index + 1, escaped(&section.heading))
}

fn part(part: &Part) -> String {
    match part {
        Part::Sentence(text) => format!("<p>{}</p>\n", escaped(text)),
        Part::Finding(text) => format!("<p class=\"finding\">{}</p>\n", escaped(text)),
        Part::Warning(text) => {
            format!("<p class=\"warning\" role=\"note\"><strong>Careful:</strong> {}</p>\n", escaped(text))
        }
        Part::List(lines) => {
            let lines: String = lines.iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
            format!("<ul>{lines}</ul>\n")
        }
        Part::Table { caption, table } => self::table(caption, table),
        Part::Chart(chart) => self::chart(chart),
        Part::Lines { summary, text } => {
            format!("<details><summary>{}</summary><pre>{}</pre></details>\n", escaped(summary), escaped(text))
        }
    }
}

fn chart(chart: &Chart) -> String {
    // The picture is made here, of classes and places; whatever text is in it was escaped there.
    format!(
        "<figure>\n{}\n<details><summary>The numbers behind it</summary>{}</details>\n</figure>\n",
        chart.svg,
        table(&chart.title, &chart.table)
    )
}

fn table(caption: &str, table: &Table) -> String {
    let numbers: Vec<bool> = (0..table.head.len()).map(|column| is_of_numbers(table, column)).collect();
    let class = |column: usize| if numbers.get(column) == Some(&true) { " class=\"number\"" } else { "" };
    let mut text = String::from("<div class=\"scroll\" tabindex=\"0\"><table>");
    if !caption.is_empty() {
        let _ = write!(text, "<caption>{}</caption>", escaped(caption));
    }
    text.push_str("<thead><tr>");
    for (column, head) in table.head.iter().enumerate() {
        let _ = write!(text, "<th scope=\"col\"{}>{}</th>", class(column), escaped(head));
    }
    text.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        text.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let (open, close) = if column == 0 { ("th scope=\"row\"", "th") } else { ("td", "td") };
            let _ = write!(text, "<{open}{}>{}</{close}>", class(column), escaped(cell));
        }
        text.push_str("</tr>");
    }
    text + "</tbody></table></div>\n"
}

/// Whether every cell of a column begins with a digit, so that its ends should stand below one another.
fn is_of_numbers(table: &Table, column: usize) -> bool {
    let cells = || table.rows.iter().filter_map(|row| row.get(column)).filter(|cell| cell.as_str() != "–");
    let number = |cell: &String| {
        let first = cell.trim_start_matches(['−', '+']).chars().next();
        first.is_some_and(|letter| letter.is_ascii_digit()) && cell.chars().count() <= 24
    };
    cells().next().is_some() && cells().all(number)
}

/// The app's own tokens, on paper without its dark ones.
const STYLE: &str = "\
:root{color-scheme:light dark;--surface:#f5f7f8;--raised:#fff;--text:#17222b;--muted:#50606d;--line:#d3dbe1;--accent:#0b62a8;--careful:#8a6500}\
@media screen and (prefers-color-scheme:dark){:root{--surface:#0e151b;--raised:#17212a;--text:#e9eff3;--muted:#9fb0bd;--line:#2a3843;--accent:#6db7f2;--careful:#e6b94a}}\
*{box-sizing:border-box}\
body{margin:0;background:var(--surface);color:var(--text);font:16px/1.55 'Inter Variable',Inter,system-ui,'DejaVu Sans',sans-serif;font-variant-numeric:tabular-nums}\
header,main{max-width:60rem;margin:0 auto;padding:0 1.5rem}\
header{padding-top:2.5rem}\
main{padding-bottom:4rem}\
h1{font-size:2rem;line-height:1.2;margin:0 0 .25rem;overflow-wrap:anywhere}\
h2{font-size:1.375rem;line-height:1.25;margin:3rem 0 .75rem;padding-top:1rem;border-top:1px solid var(--line)}\
p,li{max-width:44rem}\
.muted{color:var(--muted);margin-top:0}\
a{color:var(--accent)}\
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px}\
nav ul{list-style:none;padding:0;margin:1rem 0 0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}\
.finding{font-size:1.1875rem;line-height:1.45;margin:.5rem 0}\
.warning{background:var(--raised);border:1px solid var(--line);border-left:5px solid var(--careful);border-radius:.375rem;padding:.625rem .875rem}\
.warning strong{color:var(--careful)}\
figure{margin:1.5rem 0;padding:.5rem;background:var(--raised);border:1px solid var(--line);border-radius:.5rem}\
.chart{display:block;width:100%;height:auto}\
details{padding:.25rem 1rem}\
summary{cursor:pointer;color:var(--accent)}\
.scroll{overflow-x:auto;margin:1.25rem 0}\
table{border-collapse:collapse;font-size:.9375rem;min-width:min(100%,24rem)}\
caption{text-align:left;color:var(--muted);padding-bottom:.375rem}\
th,td{text-align:left;vertical-align:top;padding:.3125rem 1.25rem .3125rem 0;border-bottom:1px solid var(--line)}\
thead th{color:var(--muted);font-weight:600;vertical-align:bottom}\
tbody th{font-weight:500}\
th:last-child,td:last-child{padding-right:0}\
.number{text-align:right;white-space:nowrap}\
pre{overflow-x:auto;font-size:.8125rem;line-height:1.4}\
@media print{body{background:none;font-size:10.5pt}header,main{max-width:none;padding:0}nav{display:none}\
figure{break-inside:avoid;border:none;padding:0}figure .chart{max-width:15cm}figure summary{display:none}\
h2,h2+p{break-after:avoid}tr,.warning{break-inside:avoid}.scroll{overflow:visible}a{color:inherit}}";
