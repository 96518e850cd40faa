//! How often what happened on which day: a few hundred small rows a day, however many people there are.
//!
//! They are not counted when asked for, which would read millions of rows, nor by the requests, which would queue for
//! one row a day. The job that chains the audit trail meets every event exactly once, on one node at a time, and counts
//! it in the same transaction ([`tally`]); a message is counted by the transaction that notes it as sent.

pub mod csv;
pub mod store;
pub mod tally;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use renzheng_types::{
    admin::{Figure, Statistics},
    value::ValueError,
};

use crate::{
    app::App,
    clock::in_china,
    entity::daily_count::Model,
    http::problem::{Detail, Fault, InvalidFields, Refusal},
};

const LONGEST: i64 = 400;
/// Costs are kept in ten-thousandths of a yuan: gateways bill fractions of a cent.
pub const YUAN: f64 = 10_000.0;

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ShowRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
}

impl Refusal for ShowRefusal {
    fn detail(&self) -> Detail<'_> {
        let Self::InvalidInput(fields) = self;
        Detail::Fields(fields)
    }
}

/// The day in China.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    in_china(at).date()
}

/// What happened from one day to another.
pub async fn show(
    app: &App,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Statistics, Fault<ShowRefusal>> {
    let years = 1970..=9999;
    let fits = years.contains(&from.year()) && years.contains(&to.year());
    if !fits || !(0..LONGEST).contains(&(to - from).num_days()) {
        let wrong = InvalidFields::one("to", ValueError::DaysInvalid);
        return Err(ShowRefusal::InvalidInput(wrong).into());
    }
    let rows = app
        .database
        .lagging(|on| async move { Ok(store::between(&on, from, to).await?) })
        .await?;
    let figures = rows.into_iter().map(figure);
    Ok(Statistics {
        from,
        to,
        figures: figures.collect::<anyhow::Result<_>>()?,
    })
}

fn figure(row: Model) -> anyhow::Result<Figure> {
    Ok(Figure {
        day: row.day,
        kind: row.kind.parse()?,
        method: row.method,
        result: row.result,
        count: u64::try_from(row.count)?,
        cost: row.cost.map(|cost| cost as f64 / YUAN),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        assert_eq!(day(at("2026-11-25T15:59:59Z")).to_string(), "2026-11-25");
        assert_eq!(day(at("2026-11-25T16:00:00Z")).to_string(), "2026-11-26");
    }
}
