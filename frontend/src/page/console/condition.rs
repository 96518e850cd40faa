use renzheng_types::{
    Locale,
    admin::{Condition, NodeCondition, ProviderCondition, ProviderState, QueueCondition},
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
    let heads = provider_columns(locale);
    let queue_heads = columns(&[s.queue, s.waiting, s.oldest]);
    html! {
        <>
            <h2>{ s.providers }</h2>
            <p class="muted">{ s.node_note }</p>
            <Table id="providers" caption={s.providers} columns={heads} rows={providers.collect::<Vec<_>>()} />
            { nodes(locale, condition) }
            <h2>{ s.queues }</h2>
            <Table id="queues" caption={s.queues} columns={queue_heads} rows={queues.collect::<Vec<_>>()} numbers_after={0} stacks=false />
            <p class="muted console-foot">
                { format!("{} {} · {} {} · {}", s.version, condition.version, s.node, condition.node_id, i18n::moment(locale, condition.at)) }
            </p>
        </>
    }
}

fn provider_columns(locale: Locale) -> Vec<AttrValue> {
    let s = i18n::service_words(locale);
    columns(&[s.serves, s.providers, s.provider_state, s.failures, s.until])
}

/// What each node found, for those who want to know where it is wrong. Of one alone there is no more to say.
fn nodes(locale: Locale, condition: &Condition) -> Html {
    let s = i18n::service_words(locale);
    if condition.nodes.len() < 2 {
        return Html::default();
    }
    let nodes = condition
        .nodes
        .iter()
        .map(|one| node(locale, one, one.node_id == condition.node_id));
    html! {
        <section id="nodes" aria-labelledby="nodes-title">
            <h3 id="nodes-title">{ s.nodes }</h3>
            { for nodes }
        </section>
    }
}

fn node(locale: Locale, node: &NodeCondition, answers: bool) -> Html {
    let s = i18n::service_words(locale);
    let rows = node.providers.iter().map(|one| provider(locale, one));
    let unwell = node.providers.iter();
    let unwell = unwell.filter(|one| one.state != ProviderState::Working);
    let found = match unwell.count() {
        0 => s.node_well.to_owned(),
        some => format!("{some} {}", s.node_unwell),
    };
    let id = node.node_id.to_string();
    let short = id.split('-').next().unwrap_or_default();
    let mut says = format!("{short} · {found}");
    if answers {
        says = format!("{says} · {}", s.node_answers);
    }
    let caption = format!("{} {id} · {} {}", s.node, s.version, node.version);
    html! {
        <details class="details" key={id}>
            <summary>{ says }</summary>
            <p>{ caption.clone() }</p>
            <Table {caption} columns={provider_columns(locale)} rows={rows.collect::<Vec<_>>()} />
        </details>
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
