use renzheng_types::{
    Locale,
    admin::{Condition, ProviderCondition, ProviderState, QueueCondition},
    verification::Method,
};
use yew::prelude::*;

use super::{
    frame::{ConsolePage, columns, state, use_shown},
    place::Place,
    table::Table,
};
use crate::{
    component::{Button, ButtonKind, LoadFailed, Skeleton},
    hook::{Loaded, use_api, use_locale},
    i18n,
};

/// 服务状态: those that are asked, and what waits.
#[component]
pub fn Service() -> Html {
    let locale = use_locale();
    let w = i18n::console_words(locale);
    let api = use_api();
    let remote = use_shown((), move || api.condition());
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=8 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        Loaded::Ready(condition) => shown(locale, condition),
    };
    html! {
        <ConsolePage name="console-service" title={w.service} here={Place::Service}>
            { content }
            <Button id="refresh" kind={ButtonKind::Quiet} onclick={remote.refresh.clone()}>{ w.refresh }</Button>
        </ConsolePage>
    }
}

fn shown(locale: Locale, condition: &Condition) -> Html {
    let s = i18n::service_words(locale);
    let providers = condition.providers.iter().map(|one| provider(locale, one));
    let queues = condition.queues.iter().map(|one| queue(locale, one));
    let heads = columns(&[s.serves, s.providers, s.provider_state, s.failures, s.until]);
    let queue_heads = columns(&[s.queue, s.waiting, s.oldest]);
    html! {
        <>
            <h2>{ s.providers }</h2>
            <p class="muted">{ s.node_note }</p>
            <Table id="providers" caption={s.providers} columns={heads} rows={providers.collect::<Vec<_>>()} />
            <h2>{ s.queues }</h2>
            <Table id="queues" caption={s.queues} columns={queue_heads} rows={queues.collect::<Vec<_>>()} numbers_after={0} stacks=false />
            <p class="muted console-foot">
                { format!("{} {} · {} {} · {}", s.version, condition.version, s.node, condition.node_id, i18n::moment(locale, condition.at)) }
            </p>
        </>
    }
}

/// What somebody is asked for.
pub fn serves(locale: Locale, serves: &str) -> String {
    match serves.parse::<Method>() {
        Ok(method) => method.name(locale).into(),
        Err(_) => i18n::queue(locale, serves),
    }
}

fn provider(locale: Locale, provider: &ProviderCondition) -> Vec<Html> {
    let tone = match provider.state {
        ProviderState::Working => "good",
        ProviderState::Failing => "wait",
        ProviderState::LeftAlone => "bad",
    };
    let until = provider.until.map(|until| i18n::moment(locale, until));
    vec![
        html! { serves(locale, &provider.serves) },
        html! { &provider.name },
        state(tone, i18n::provider_state(locale, provider.state)),
        html! { provider.failures },
        html! { until.unwrap_or_else(|| "—".into()) },
    ]
}

fn queue(locale: Locale, queue: &QueueCondition) -> Vec<Html> {
    let oldest = queue
        .oldest_seconds
        .map(|age| i18n::duration(locale, u32::try_from(age).unwrap_or(u32::MAX)));
    vec![
        html! { i18n::queue(locale, &queue.name) },
        html! { i18n::number(queue.waiting) },
        html! { oldest.unwrap_or_else(|| "—".into()) },
    ]
}
