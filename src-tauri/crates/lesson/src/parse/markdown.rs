use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::toml_block::Block;
use crate::{Error, Passage, Span, SpanStyle};

/// A passage, and the line it begins in.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) passage: Passage,
    pub(super) line: usize,
}

/// What was found below a heading.
#[derive(Debug, Default)]
pub(super) struct Draft<'a> {
    pub(super) title: String,
    pub(super) line: usize,
    pub(super) cue: Option<String>,
    pub(super) prose: Vec<Placed>,
    pub(super) predict: Option<Block<'a>>,
    /// What stands behind the prediction and before the actions, if there are any.
    pub(super) between: Vec<Placed>,
    pub(super) actions: Option<Block<'a>>,
    pub(super) expect: Option<Block<'a>>,
    pub(super) after: Vec<Placed>,
}

/// Reads the body that begins in that line: what opens it, and what stands below each heading.
pub(super) fn read(body: &str, first_line: usize) -> Result<(Vec<Placed>, Vec<Draft<'_>>), Error> {
    let mut reader = Reader { body, first_line, ..Reader::default() };
    let events = Parser::new_ext(body, Options::empty()).into_offset_iter();
    for (event, range) in TextMergeWithOffset::new(events) {
        let line = reader.line_at(range.start);
        reader.take(event, range, line).map_err(|message| Error::Unreadable { line, message })?;
    }
    Ok((reader.opening, reader.drafts))
}

#[derive(Debug, Default)]
struct Reader<'a> {
    body: &'a str,
    first_line: usize,
    opening: Vec<Placed>,
    drafts: Vec<Draft<'a>>,
    /// The words of the paragraph, heading or item that is open.
    spans: Vec<Span>,
    items: Option<(bool, Vec<Vec<Span>>)>,
    code: Option<String>,
    info: String,
    quoted: bool,
    emphasis: u32,
    strong: u32,
    /// Where the passage that is open begins, and where the text of a block of code does.
    line: usize,
    code_at: Option<(usize, usize)>,
}

impl<'a> Reader<'a> {
    fn line_at(&self, offset: usize) -> usize {
        let before = self.body.as_bytes().iter().take(offset);
        self.first_line + before.filter(|byte| **byte == b'\n').count()
    }

    fn take(&mut self, event: Event<'a>, range: std::ops::Range<usize>, line: usize) -> Result<(), String> {
        match event {
            Event::Start(tag) => self.open(tag, line)?,
            Event::End(tag) => self.close(tag)?,
            Event::Text(text) => match &mut self.code {
                Some(code) => {
                    code.push_str(&text);
                    let (start, _) = *self.code_at.get_or_insert((range.start, range.end));
                    self.code_at = Some((start, range.end));
                }
                None => self.say(&text),
            },
            Event::Code(text) => self.spans.push(Span { text: text.into_string(), style: SpanStyle::Code }),
            Event::SoftBreak => self.say(" "),
            Event::HardBreak => self.say("\n"),
            Event::Html(_) | Event::InlineHtml(_) => {
                return Err("HTML is not shown: write it as Markdown, or between backticks.".to_owned());
            }
            Event::Rule => return Err("A line across is not shown; a heading ## begins the next step.".to_owned()),
            _ => return Err("This is not shown in a lesson: write paragraphs, lists and code.".to_owned()),
        }
        Ok(())
    }

    fn open(&mut self, tag: Tag<'a>, line: usize) -> Result<(), String> {
        match tag {
            Tag::Heading { .. } if self.items.is_some() || self.quoted => {
                return Err("A heading stands by itself: not within a list or a quotation.".to_owned());
            }
            Tag::Heading { level: HeadingLevel::H2, .. } => {
                self.drafts.push(Draft { line, ..Draft::default() });
            }
            Tag::Heading { level: HeadingLevel::H1, .. } => {
                return Err("The title stands in the head: begin a step with ## instead of #.".to_owned());
            }
            Tag::Heading { .. } => {
                return Err(
                    "Steps have no headings within: begin the next step with ##, or write a paragraph.".to_owned()
                );
            }
            Tag::Paragraph if self.items.is_none() => self.line = line,
            Tag::Paragraph | Tag::HtmlBlock => {}
            Tag::BlockQuote(_) => match self.drafts.last() {
                Some(draft) if draft.cue.is_none() && !self.quoted && self.items.is_none() => {
                    self.quoted = true;
                    self.line = line;
                }
                Some(_) => return Err("A step has one quotation, which is its cue card: make one of them.".to_owned()),
                None => {
                    return Err(
                        "A quotation is the cue card of a step; before the first step there is none.".to_owned()
                    );
                }
            },
            Tag::List(start) => {
                if self.items.is_some() || self.quoted {
                    return Err("Lists stand by themselves: no list within a list or a quotation.".to_owned());
                }
                self.line = line;
                self.items = Some((start.is_some(), Vec::new()));
            }
            Tag::Item => self.spans.clear(),
            Tag::CodeBlock(kind) => {
                if self.items.is_some() || self.quoted {
                    return Err("A block of code stands by itself: not within a list or a quotation.".to_owned());
                }
                self.line = line;
                self.code = Some(String::new());
                self.code_at = None;
                self.info = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
            }
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strong => self.strong += 1,
            Tag::Link { .. } | Tag::Image { .. } => {
                return Err("A lesson works offline: write an address between backticks, and no pictures.".to_owned());
            }
            _ => return Err("This is not shown in a lesson: write paragraphs, lists and code.".to_owned()),
        }
        Ok(())
    }

    fn close(&mut self, tag: TagEnd) -> Result<(), String> {
        match tag {
            TagEnd::Heading(_) => {
                let title = self.words();
                if let Some(draft) = self.drafts.last_mut() {
                    draft.title = title;
                }
            }
            TagEnd::Paragraph => {
                if self.quoted || self.items.is_some() {
                    self.say(" ");
                } else {
                    let spans = std::mem::take(&mut self.spans);
                    self.put(Passage::Paragraph { spans });
                }
            }
            TagEnd::BlockQuote(_) => {
                self.quoted = false;
                let cue = self.words();
                if let Some(draft) = self.drafts.last_mut() {
                    draft.cue = Some(cue);
                }
            }
            TagEnd::Item => {
                let mut spans = std::mem::take(&mut self.spans);
                if let Some(last) = spans.last_mut() {
                    last.text.truncate(last.text.trim_end().len());
                }
                if let Some((_, items)) = &mut self.items {
                    items.push(spans);
                }
            }
            TagEnd::List(_) => {
                if let Some((ordered, items)) = self.items.take() {
                    self.put(Passage::List { ordered, items });
                }
            }
            TagEnd::CodeBlock => return self.close_code(),
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    /// A block of code is what a step does, asks or expects, or is shown as it is.
    fn close_code(&mut self) -> Result<(), String> {
        let text = self.code.take().unwrap_or_default();
        let info = std::mem::take(&mut self.info);
        let mut words = info.split_whitespace();
        let word = match (words.next(), words.next()) {
            (Some("toml"), Some(word)) => word.to_owned(),
            (Some("toml"), None) => {
                return Err("Say what this TOML is: ```toml predict, ```toml actions or ```toml expect.".to_owned());
            }
            _ => {
                self.put(Passage::Code { text: text.trim_end_matches('\n').to_owned() });
                return Ok(());
            }
        };
        let (from, to) = self.code_at.unwrap_or_default();
        let line = if from < to { self.line_at(from) } else { self.line };
        let block = Block { text: &self.body[from..to], line };
        let Some(draft) = self.drafts.last_mut() else {
            return Err("This belongs to a step: put it below a heading ##.".to_owned());
        };
        let place = match word.as_str() {
            "predict" => &mut draft.predict,
            "actions" => &mut draft.actions,
            "expect" => &mut draft.expect,
            other => return Err(format!("There is no block \"{other}\": a step has predict, actions and expect.")),
        };
        if place.replace(block).is_some() {
            return Err(format!("This step has a block \"{word}\" already: put both in one."));
        }
        Ok(())
    }

    fn say(&mut self, text: &str) {
        let style = match (self.strong > 0, self.emphasis > 0) {
            (true, _) => SpanStyle::Strong,
            (false, true) => SpanStyle::Emphasis,
            (false, false) => SpanStyle::Plain,
        };
        match self.spans.last_mut() {
            Some(span) if span.style == style => span.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), style }),
        }
    }

    /// The words that are open, without their styles.
    fn words(&mut self) -> String {
        let words: String = std::mem::take(&mut self.spans).into_iter().map(|span| span.text).collect();
        words.trim().to_owned()
    }

    fn put(&mut self, passage: Passage) {
        let placed = Placed { passage, line: self.line };
        match self.drafts.last_mut() {
            Some(draft) if draft.actions.is_some() => draft.after.push(placed),
            Some(draft) if draft.predict.is_some() => draft.between.push(placed),
            Some(draft) => draft.prose.push(placed),
            None => self.opening.push(placed),
        }
    }
}
