//! Statistics for spreadsheets.

use anyhow::Context;
use renzheng_types::admin::Statistics;

const COLUMNS: [&str; 6] = ["day", "kind", "method", "result", "count", "cost_yuan"];
/// What makes a spreadsheet take a cell for a formula (OWASP, CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// RFC 4180: a line of names, then one line a figure.
pub fn table(statistics: &Statistics) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for figure in &statistics.figures {
        let cost = figure.cost.map(|yuan| format!("{yuan:.4}"));
        writer.write_record([
            figure.day.to_string(),
            safe(figure.kind.into()),
            safe(&figure.method),
            safe(&figure.result),
            figure.count.to_string(),
            cost.unwrap_or_default(),
        ])?;
    }
    writer.into_inner().context("a table")
}

/// A text that no spreadsheet computes.
fn safe(text: &str) -> String {
    match text.starts_with(FORMULA) {
        true => format!("'{text}"),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use renzheng_types::admin::{Figure, FigureKind};

    use super::*;

    #[test]
    fn cells_are_quoted_and_never_computed() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
        let figure = |method: &str, cost| Figure {
            day,
            kind: FigureKind::Sms,
            method: method.into(),
            result: "sent".into(),
            count: 3,
            cost,
        };
        let statistics = Statistics {
            from: day,
            to: day,
            figures: vec![
                figure("aliyun", Some(0.135)),
                figure("=HYPERLINK(\"x\")", None),
                figure("a,b", None),
            ],
        };
        let table = table(&statistics).expect("a table");
        assert_eq!(
            String::from_utf8(table).expect("UTF-8"),
            "day,kind,method,result,count,cost_yuan\r\n\
             2026-11-25,sms,aliyun,sent,3,0.1350\r\n\
             2026-11-25,sms,\"'=HYPERLINK(\"\"x\"\")\",sent,3,\r\n\
             2026-11-25,sms,\"a,b\",sent,3,\r\n"
        );
    }
}
