//! The table.

use std::fmt::Write as _;

/// One row: what was measured, and the limit beside it.
pub struct Row {
    number: &'static str,
    name: &'static str,
    beside: &'static str,
    goal: f64,
    measured: Vec<f64>,
    limit: Vec<f64>,
}

impl Row {
    pub const fn new(
        number: &'static str,
        name: &'static str,
        beside: &'static str,
        goal: f64,
    ) -> Self {
        Self {
            number,
            name,
            beside,
            goal,
            measured: Vec::new(),
            limit: Vec::new(),
        }
    }

    pub fn measured(&mut self, value: f64) {
        println!("  {} {}: {value:.0}", self.number, self.name);
        self.measured.push(value);
    }

    pub fn limit(&mut self, value: f64) {
        println!("  {} {}: {value:.0}", self.number, self.beside);
        self.limit.push(value);
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

pub fn table(rows: &[Row], cores: usize) -> String {
    let mut text = format!(
        "# Performance\n\nWritten by `cargo xtask bench` on a machine with {cores} cores, which the load generator shares. \
         Each figure is the median of alternating rounds (lowest–highest); the limit is measured in the same run.\n\n\
         | # | row | measured | limit | of the limit | goal |\n|---|---|---|---|---|---|\n"
    );
    for row in rows {
        let [low, middle, high] = spread(&row.measured);
        let [limit_low, limit, limit_high] = spread(&row.limit);
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| {} | {} | {middle:.0} ({low:.0}–{high:.0}) | {}: {limit:.0} ({limit_low:.0}–{limit_high:.0}) | {:.2} | ≥ {:.2} |",
            row.number,
            row.name,
            row.beside,
            middle / limit,
            row.goal,
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_the_rounds_counts() {
        assert_eq!(spread(&[3.0, 1.0, 100.0, 2.0, 4.0]), [1.0, 3.0, 100.0]);
    }
}
