use chrono::{Days, NaiveDate};
use renzheng_types::{
    Locale,
    admin::{FigureKind, Statistics},
};
use yew::prelude::*;

use super::{
    chart::{Chart, Shape},
    frame::{ConsolePage, use_shown},
    place::Place,
    series,
};
use crate::{
    api::statistics_csv,
    browser,
    component::{Button, ButtonKind, ErrorSummary, LoadFailed, Skeleton, TextField, Width},
    hook::{Loaded, Text, Values, use_api, use_form, use_locale},
    i18n,
};

const FIELDS: &[&str] = &["from", "to"];
const LONGEST: i64 = 400;

fn wrong(field: &str, values: &Values) -> Option<Text> {
    let day = |field: &str| values.get(field).parse::<NaiveDate>();
    let fine = match (field, day("from"), day("to")) {
        ("from", from, _) => from.is_ok(),
        (_, Ok(from), Ok(to)) => (0..LONGEST).contains(&(to - from).num_days()),
        _ => false,
    };
    (!fine).then(|| Text::by(|locale| i18n::service_words(locale).days_wrong.into()))
}

/// So many days up to today.
fn last(days: u64) -> (String, String) {
    let today = browser::china_date(browser::now());
    let from = today - Days::new(days - 1);
    (from.to_string(), today.to_string())
}

/// 统计: what happened, day by day.
#[component]
pub fn StatisticsPage() -> Html {
    let locale = use_locale();
    let (w, s) = (i18n::console_words(locale), i18n::service_words(locale));
    let api = use_api();
    let form = use_form("console-statistics", FIELDS, wrong);
    let range = use_state(|| last(30));
    let (from, to) = (*range).clone();
    let remote = {
        let (from, to) = (from.clone(), to.clone());
        use_shown((from.clone(), to.clone()), move || async move {
            api.statistics(&from, &to).await
        })
    };
    {
        let (form, range) = (form.clone(), range.clone());
        use_effect_with((*range).clone(), move |(from, to)| {
            form.set("from", from.clone());
            form.set("to", to.clone());
        });
    }
    let onsubmit = {
        let (form, range) = (form.clone(), range.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if form.accept(FIELDS) {
                range.set((form.value("from"), form.value("to")));
            }
        })
    };
    let preset = |id: &'static str, days: u64, name: &'static str| {
        let (range, form) = (range.clone(), form.clone());
        let onclick = Callback::from(move |()| {
            form.clear_errors();
            range.set(last(days));
        });
        html! { <Button {id} kind={ButtonKind::Quiet} {onclick}>{ name }</Button> }
    };
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=8 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        Loaded::Ready(statistics) => charts(locale, statistics),
    };
    let before = html! { <ErrorSummary form={form.clone()} /> };
    html! {
        <ConsolePage name="console-statistics" title={w.statistics} here={Place::Statistics} {before} wrong={!form.summary().is_empty()}>
            <p class="muted">{ s.note }</p>
            <form id="days-form" class="console-filter" novalidate=true {onsubmit}>
                <TextField form={form.clone()} name="from" label={s.from} kind="date" width={Width::Medium} />
                <TextField form={form.clone()} name="to" label={s.to} kind="date" width={Width::Medium} />
                <Button id="submit" submit=true kind={ButtonKind::Secondary}>{ s.show }</Button>
            </form>
            <div class="console-presets">
                { preset("days-7", 7, s.days_7) }
                { preset("days-30", 30, s.days_30) }
                { preset("days-90", 90, s.days_90) }
                <a id="csv" class="button button--secondary" href={statistics_csv(&from, &to)} download="">{ s.csv }</a>
            </div>
            { content }
        </ConsolePage>
    }
}

fn charts(locale: Locale, statistics: &Statistics) -> Html {
    let s = i18n::service_words(locale);
    let days: Vec<String> = series::days(statistics)
        .iter()
        .map(ToString::to_string)
        .collect();
    let gateway = |figure: &renzheng_types::admin::Figure| figure.method.clone();
    let method = |figure: &_| series::method(locale, figure);
    let result = |figure: &_| series::result(locale, figure);
    let of = FigureKind::Verification;
    let by_method = series::by(statistics, of, method, series::count);
    let by_result = series::by(statistics, of, result, series::count);
    let sms = series::by(statistics, FigureKind::Sms, gateway, series::count);
    let cost = series::by(statistics, FigureKind::Sms, gateway, |figure| {
        figure.cost.unwrap_or_default()
    });
    let priced = statistics
        .figures
        .iter()
        .any(|figure| figure.cost.is_some());
    html! {
        <div class="console-charts">
            <Chart id="chart-registrations" title={s.registrations} shape={Shape::Line} days={days.clone()} series={series::registrations(locale, statistics)} />
            <Chart id="chart-sign-ins" title={s.sign_ins} shape={Shape::Bars} days={days.clone()} series={series::sign_ins(locale, statistics)} />
            <Chart id="chart-methods" title={s.by_method} shape={Shape::Bars} days={days.clone()} series={by_method} />
            <Chart id="chart-results" title={s.by_result} shape={Shape::Bars} days={days.clone()} series={by_result} />
            <Chart id="chart-sms" title={s.sms_sent} shape={Shape::Bars} days={days.clone()} series={sms} />
            if priced {
                <Chart id="chart-cost" title={s.sms_cost} shape={Shape::Bars} {days} series={cost} digits=2 />
            } else {
                <p id="no-price" class="muted">{ s.no_price }</p>
            }
        </div>
    }
}
