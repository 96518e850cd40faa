use chrono::Days;
use renzheng_types::{
    Locale,
    admin::{Condition, Figure, FigureKind, ProviderState, Statistics},
};
use yew::prelude::*;

use super::{
    chart::{Chart, Shape},
    frame::{ConsolePage, use_shown},
    place::Place,
    series,
};
use crate::{
    browser,
    component::{LoadFailed, Notice, RouteLink, Skeleton, Tone},
    hook::{Loaded, use_api, use_locale},
    i18n,
};

/// Older than this (seconds), what waits in a queue waits too long.
const LONG: u64 = 300;

/// 概览: whether all is well, and how the days were.
#[component]
pub fn Overview() -> Html {
    let locale = use_locale();
    let (w, api) = (i18n::console_words(locale), use_api());
    let today = browser::china_date(browser::now());
    let from = today - Days::new(29);
    let condition = use_shown((), move || api.condition());
    let statistics = use_shown((), move || async move {
        api.statistics(&from.to_string(), &today.to_string()).await
    });
    let state = match &condition.loaded {
        Loaded::Loading => html! { <Skeleton lines=2 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={condition.refresh.clone()} /> }
        }
        Loaded::Ready(condition) => state(locale, condition),
    };
    let numbers = match &statistics.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={statistics.refresh.clone()} /> }
        }
        Loaded::Ready(statistics) => numbers(locale, statistics),
    };
    html! {
        <ConsolePage name="console" title={w.overview} here={Place::Overview}>
            { state }
            { numbers }
        </ConsolePage>
    }
}

/// What is not as it should be, in words; nothing when all is well.
fn worries(locale: Locale, condition: &Condition) -> Vec<String> {
    let providers = condition.providers.iter();
    let mut worries: Vec<String> = providers
        .filter(|provider| provider.state != ProviderState::Working)
        .map(|provider| {
            let state = i18n::provider_state(locale, provider.state);
            let serves = super::condition::serves(locale, &provider.serves);
            format!("{} · {serves} · {state}", provider.name)
        })
        .collect();
    let late = condition.queues.iter().filter_map(|queue| {
        let age = queue.oldest_seconds.filter(|age| *age > LONG)?;
        let age = i18n::duration(locale, u32::try_from(age).unwrap_or(u32::MAX));
        Some(format!("{} · {age}", i18n::queue(locale, &queue.name)))
    });
    worries.extend(late);
    worries
}

fn state(locale: Locale, condition: &Condition) -> Html {
    let s = i18n::service_words(locale);
    let worries = worries(locale, condition);
    let link = html! { <RouteLink to={Place::Service.route()} id="see-service">{ s.see_service }</RouteLink> };
    if worries.is_empty() {
        return html! {
            <Notice tone={Tone::Good} title={s.all_well} id="condition">
                <p>{ s.all_well_text }{ " " }{ link }</p>
            </Notice>
        };
    }
    let worries = worries
        .into_iter()
        .map(|worry| html! { <li>{ worry }</li> });
    html! {
        <Notice tone={Tone::Bad} title={s.not_well} id="condition">
            <ul>{ for worries }</ul>
            <p>{ link }</p>
        </Notice>
    }
}

fn numbers(locale: Locale, statistics: &Statistics) -> Html {
    let s = i18n::service_words(locale);
    let today = |kind: FigureKind, passed: Option<bool>| {
        let figures = statistics.figures.iter().filter(|figure| {
            figure.day == statistics.to
                && figure.kind == kind
                && passed.is_none_or(|passed| passed == (figure.result == "passed"))
        });
        figures.map(|figure| figure.count).sum::<u64>()
    };
    let tiles = [
        (s.registrations, today(FigureKind::Registration, None)),
        (s.sign_ins, today(FigureKind::SignIn, None)),
        (s.verified, today(FigureKind::Verification, Some(true))),
        (s.sms_sent, today(FigureKind::Sms, None)),
    ];
    let tiles = tiles.into_iter().map(|(name, count)| {
        html! {
            <div class="console-tile">
                <dt>{ name }</dt>
                <dd>{ i18n::number(count) }</dd>
            </div>
        }
    });
    let days: Vec<String> = series::days(statistics)
        .iter()
        .map(ToString::to_string)
        .collect();
    let outcome = |figure: &_| series::outcome(locale, figure);
    let verifications = series::by(statistics, FigureKind::Verification, outcome, series::count);
    let gateway = |figure: &Figure| figure.method.clone();
    let sms = series::by(statistics, FigureKind::Sms, gateway, series::count);
    html! {
        <>
            <section aria-labelledby="today">
                <h2 id="today">{ s.today }</h2>
                <dl class="console-tiles">{ for tiles }</dl>
            </section>
            <section aria-labelledby="last-days">
                <h2 id="last-days">{ s.last_30_days }</h2>
                <div class="console-charts">
                    <Chart id="chart-registrations" title={s.registrations} shape={Shape::Line} days={days.clone()} series={series::registrations(locale, statistics)} />
                    <Chart id="chart-sign-ins" title={s.sign_ins} shape={Shape::Bars} days={days.clone()} series={series::sign_ins(locale, statistics)} />
                    <Chart id="chart-verifications" title={s.by_result} shape={Shape::Bars} days={days.clone()} series={verifications} />
                    <Chart id="chart-sms" title={s.sms_sent} shape={Shape::Bars} {days} series={sms} />
                </div>
                <p><RouteLink to={Place::Statistics.route()} id="see-statistics">{ s.see_statistics }</RouteLink></p>
            </section>
        </>
    }
}
