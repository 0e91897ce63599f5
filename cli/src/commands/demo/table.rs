//! The demo's table.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::output;

/// One call.
pub(super) struct Row {
    pub(super) api: String,
    pub(super) operation: String,
    pub(super) documented: bool,
    pub(super) format: String,
    pub(super) request: String,
    pub(super) status: Option<u16>,
    pub(super) came_back: String,
    pub(super) time: Duration,
    /// What was wrong.
    pub(super) problem: Option<String>,
}

/// Prints the rows and, last, the counts.
pub(super) fn print(rows: &[Row], time: Duration) -> Result<(), String> {
    let cells: Vec<[String; 7]> = rows.iter().map(cells).collect();
    let head = [
        "api",
        "operation",
        "format",
        "request",
        "status",
        "time",
        "what came back",
    ];
    let mut widths = head.map(str::len);
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    // The last column has no neighbour to line up with.
    widths[head.len() - 1] = 0;
    let mut text = line(&head.map(str::to_owned), &widths);
    for (row, cells) in rows.iter().zip(&cells) {
        text.push_str(&colour(row, &line(cells, &widths)));
        if let Some(problem) = &row.problem {
            text.push_str(&format!("    FAILED: {problem}\n"));
        }
    }
    let failed = rows.iter().filter(|row| row.problem.is_some()).count();
    let operations = |documented: bool| {
        let rows = rows.iter().filter(|row| row.documented || !documented);
        rows.map(|row| (&row.api, &row.operation))
            .collect::<BTreeSet<_>>()
            .len()
    };
    let (all, documented) = (operations(false), operations(true));
    let beyond = if all > documented {
        format!(" (and {} beyond the documents)", all - documented)
    } else {
        String::new()
    };
    text.push_str(&format!(
        "\n{}{beyond}, {} in {} ms: {} passed, {failed} failed\n",
        counted(documented, "operation"),
        counted(rows.len(), "call"),
        time.as_millis(),
        rows.len() - failed,
    ));
    output::data(text.as_bytes())
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn cells(row: &Row) -> [String; 7] {
    [
        row.api.clone(),
        row.operation.clone(),
        row.format.clone(),
        row.request.clone(),
        row.status
            .map_or_else(|| "-".to_owned(), |status| status.to_string()),
        format!("{:.1} ms", row.time.as_secs_f64() * 1000.0),
        row.came_back.clone(),
    ]
}

fn line(cells: &[String; 7], widths: &[usize; 7]) -> String {
    let padded: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, &width)| format!("{cell:<width$}"))
        .collect();
    format!("{}\n", padded.join("  ").trim_end())
}

fn colour(row: &Row, line: &str) -> String {
    match (output::colour(), &row.problem) {
        (true, Some(_)) => format!("\x1b[31m{}\x1b[0m\n", line.trim_end()),
        _ => line.to_owned(),
    }
}
