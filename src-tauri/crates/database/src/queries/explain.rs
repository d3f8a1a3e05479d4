use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use trace::ProductId;

use super::sql::{Dialect, Sql};

/// One SQL statement as it is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its text.
    pub sql: String,
    /// Its parameters and the values bound to them, such as `("?1", "42")` or `("$1", "42")`.
    pub bindings: Vec<(String, String)>,
    /// The database's plan for it: one line a node, indented by its level; with PostgreSQL as it says it.
    pub plan: Vec<String>,
}

impl Statement {
    pub(crate) fn of(dialect: &Dialect, sql: &Sql, product: ProductId, plan: Vec<String>) -> Self {
        Self { sql: sql.text.to_owned(), bindings: vec![(dialect.parameter.to_owned(), product.to_string())], plan }
    }
}

/// Indents the rows of EXPLAIN QUERY PLAN, which come parents first: each node's number, its parent's and its text.
pub(crate) fn indented(nodes: impl IntoIterator<Item = (i64, i64, String)>) -> Vec<String> {
    let mut depths = HashMap::new();
    nodes
        .into_iter()
        .map(|(id, parent, text)| {
            let depth = depths.get(&parent).map_or(0, |depth| depth + 1);
            depths.insert(id, depth);
            format!("{:indent$}{text}", "", indent = depth * 2)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_indented_by_parents() {
        let nodes = [(3, 0, "A"), (7, 3, "B"), (9, 7, "C"), (12, 3, "D"), (20, 0, "E")];
        let lines = indented(nodes.map(|(id, parent, text)| (id, parent, text.to_owned())));
        assert_eq!(lines, ["A", "  B", "    C", "  D", "E"]);
    }
}
