use std::collections::BTreeMap;

use chrono::NaiveDate;
use renzheng_types::{
    Locale,
    admin::{Figure, FigureKind, Statistics},
    verification::{AttemptReason, Method},
};

use super::chart::Series;
use crate::i18n;

/// Every day from the first to the last.
pub fn days(statistics: &Statistics) -> Vec<NaiveDate> {
    let mut days = Vec::new();
    let mut day = statistics.from;
    while day <= statistics.to {
        days.push(day);
        let Some(next) = day.succ_opt() else { break };
        day = next;
    }
    days
}

/// Figures by a name, over the days; those of the same name together.
pub fn by(
    statistics: &Statistics,
    kind: FigureKind,
    name: impl Fn(&Figure) -> String,
    value: impl Fn(&Figure) -> f64,
) -> Vec<Series> {
    let days = days(statistics);
    let mut found: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for figure in statistics
        .figures
        .iter()
        .filter(|figure| figure.kind == kind)
    {
        let values = found
            .entry(name(figure))
            .or_insert_with(|| vec![0.0; days.len()]);
        let place = (figure.day - statistics.from).num_days();
        if let Some(sum) = usize::try_from(place)
            .ok()
            .and_then(|place| values.get_mut(place))
        {
            *sum += value(figure);
        }
    }
    let mut series: Vec<Series> = found
        .into_iter()
        .map(|(name, values)| Series { name, values })
        .collect();
    // The most first: it stands at the bottom of the bars.
    let total = |series: &Series| series.values.iter().sum::<f64>();
    series.sort_by(|one, other| total(other).total_cmp(&total(one)));
    series
}

pub fn count(figure: &Figure) -> f64 {
    figure.count as f64
}

pub fn registrations(locale: Locale, statistics: &Statistics) -> Vec<Series> {
    let name = i18n::service_words(locale).registrations;
    by(statistics, FigureKind::Registration, |_| name.into(), count)
}

pub fn sign_ins(locale: Locale, statistics: &Statistics) -> Vec<Series> {
    let name = |figure: &Figure| i18n::sign_in_method(locale, &figure.method);
    by(statistics, FigureKind::SignIn, name, count)
}

/// How a verification was tried.
pub fn method(locale: Locale, figure: &Figure) -> String {
    let known = figure.method.parse::<Method>();
    known.map_or_else(
        |_| figure.method.clone(),
        |method| method.name(locale).into(),
    )
}

/// What came of a verification.
pub fn result(locale: Locale, figure: &Figure) -> String {
    if figure.result == "passed" {
        return i18n::service_words(locale).verified.into();
    }
    figure.result.parse::<AttemptReason>().map_or_else(
        |_| figure.result.clone(),
        |reason| i18n::attempt_reason(locale, reason).into(),
    )
}

/// Passed or not.
pub fn outcome(locale: Locale, figure: &Figure) -> String {
    let s = i18n::service_words(locale);
    match figure.result == "passed" {
        true => s.verified.into(),
        false => s.not_verified.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).expect("a day")
    }

    #[test]
    fn figures_stand_on_their_days_and_the_most_comes_first() {
        let figure = |number, method: &str, count| Figure {
            day: day(number),
            kind: FigureKind::SignIn,
            method: method.into(),
            result: String::new(),
            count,
            cost: None,
        };
        let statistics = Statistics {
            from: day(1),
            to: day(3),
            figures: vec![
                figure(1, "sms", 1),
                figure(3, "pwd", 5),
                figure(3, "sms", 2),
            ],
        };
        let series = sign_ins(Locale::En, &statistics);
        let expected = |name: &str, values: [f64; 3]| Series {
            name: name.into(),
            values: values.into(),
        };
        assert_eq!(
            series,
            [
                expected("Password", [0.0, 0.0, 5.0]),
                expected("SMS code", [1.0, 0.0, 2.0])
            ]
        );
        assert_eq!(registrations(Locale::En, &statistics), []);
    }
}
