//! The table.

use std::fmt::Write as _;

/// What a row is to show.
#[derive(Clone, Copy)]
pub enum Goal {
    /// At least this share of the limit.
    Share(f64),
    /// At most this many times the limit.
    Times(f64),
    /// At most this much more than the limit.
    Over(f64),
    /// At most this much.
    Most(f64),
    /// At least this much.
    Least(f64),
}

/// One row: what was measured, and the limit beside it.
pub struct Row {
    number: &'static str,
    name: String,
    unit: &'static str,
    beside: String,
    goal: Goal,
    measured: Vec<f64>,
    limit: Vec<f64>,
}

impl Row {
    /// A row beside a limit that is measured by turns with it.
    pub fn new(
        number: &'static str,
        name: impl Into<String>,
        unit: &'static str,
        beside: impl Into<String>,
        goal: Goal,
    ) -> Self {
        Self {
            number,
            name: name.into(),
            unit,
            beside: beside.into(),
            goal,
            measured: Vec::new(),
            limit: Vec::new(),
        }
    }

    /// A row with a fixed bound.
    pub fn bounded(
        number: &'static str,
        name: impl Into<String>,
        unit: &'static str,
        goal: Goal,
    ) -> Self {
        Self::new(number, name, unit, "", goal)
    }

    pub fn measured(&mut self, value: f64) {
        println!(
            "  {} {}: {} {}",
            self.number,
            self.name,
            figure(value),
            self.unit
        );
        self.measured.push(value);
    }

    pub fn limit(&mut self, value: f64) {
        println!(
            "  {} {}: {} {}",
            self.number,
            self.beside,
            figure(value),
            self.unit
        );
        self.limit.push(value);
    }

    /// What came of it, what was wanted, and whether that is met.
    fn verdict(&self) -> (String, String, bool) {
        let ([_, measured, _], [_, limit, _]) = (spread(&self.measured), spread(&self.limit));
        let (share, more) = (measured / limit, measured - limit);
        let unit = self.unit;
        match self.goal {
            Goal::Share(goal) => (format!("{share:.2}"), format!("≥ {goal:.2}"), share >= goal),
            Goal::Times(goal) => (format!("{share:.2}"), format!("≤ {goal:.2}"), share <= goal),
            Goal::Over(goal) => (
                format!("{more:+.1} {unit}"),
                format!("≤ +{goal:.0} {unit}"),
                more <= goal,
            ),
            Goal::Most(goal) => (
                String::new(),
                format!("≤ {} {unit}", figure(goal)),
                measured <= goal,
            ),
            Goal::Least(goal) => (
                String::new(),
                format!("≥ {} {unit}", figure(goal)),
                measured >= goal,
            ),
        }
    }
}

/// Lowest, middle, highest.
fn spread(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
    [
        at(0),
        at(sorted.len() / 2),
        at(sorted.len().saturating_sub(1)),
    ]
}

/// With as many places as say something.
fn figure(value: f64) -> String {
    match value.abs() {
        small if small < 10.0 => format!("{value:.2}"),
        middle if middle < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

fn figures(values: &[f64]) -> String {
    let [low, middle, high] = spread(values).map(figure);
    match values.len() {
        0 => String::new(),
        1 => middle,
        _ => format!("{middle} ({low}–{high})"),
    }
}

/// The whole document; `about` says on what it was measured, `notes` what the figures do not.
pub fn table(rows: &[Row], about: &str, notes: &str) -> String {
    let mut text = format!(
        "# Performance\n\nWritten by `cargo xtask bench`; `cargo xtask bench P4` measures one row again. {about}\n\n\
         Each figure is the median of alternating rounds (lowest–highest), and each limit was measured between the \
         rounds of its row, by the same load generator on the same cores: the ratio is what counts.\n\n\
         | # | row | measured | limit | result | goal | met |\n|---|---|---|---|---|---|---|\n"
    );
    for row in rows {
        let (result, goal, met) = row.verdict();
        let limit = match row.limit.is_empty() {
            true => "–".to_owned(),
            false => format!("{}: {}", row.beside, figures(&row.limit)),
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| {} | {}, {} | {} | {limit} | {result} | {goal} | {} |",
            row.number,
            row.name,
            row.unit,
            figures(&row.measured),
            if met { "yes" } else { "**no**" },
        );
    }
    text.push('\n');
    text.push_str(notes);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(goal: Goal, measured: f64, limit: f64) -> (String, String, bool) {
        let mut row = Row::new("P0", "a row", "ms", "a limit", goal);
        row.measured(measured);
        row.limit(limit);
        row.verdict()
    }

    #[test]
    fn the_middle_of_the_rounds_counts() {
        assert_eq!(spread(&[3.0, 1.0, 100.0, 2.0, 4.0]), [1.0, 3.0, 100.0]);
        assert_eq!(figures(&[3.0, 1.0, 100.0]), "3.00 (1.00–100)");
    }

    #[test]
    fn goals_are_met_or_not() {
        assert!(row(Goal::Share(0.5), 50.0, 100.0).2);
        assert!(!row(Goal::Share(0.5), 49.0, 100.0).2);
        assert!(row(Goal::Times(1.5), 15.0, 10.0).2);
        assert!(!row(Goal::Times(1.5), 16.0, 10.0).2);
        let (result, goal, met) = row(Goal::Over(15.0), 30.0, 10.0);
        assert_eq!(
            (result.as_str(), goal.as_str(), met),
            ("+20.0 ms", "≤ +15 ms", false)
        );
        assert!(row(Goal::Most(25.0), 25.0, 0.0).2);
        assert!(!row(Goal::Least(95.0), 90.0, 0.0).2);
    }
}
