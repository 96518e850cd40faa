use chrono::{Days, NaiveDate};
use renzheng_types::{
    Locale,
    admin::{AuditCheck, AuditEvent},
};
use uuid::Uuid;
use yew::prelude::*;

use super::{
    act::use_staff_act,
    frame::{ConsolePage, use_shown},
    place::Place,
};
use crate::{
    api::query,
    component::{
        Button, ButtonKind, ErrorSummary, LoadFailed, Notice, RouteLink, Skeleton, TextField, Tone,
        Width,
    },
    hook::{Form, Loaded, Text, Values, use_api, use_form, use_locale},
    i18n,
};

const FIELDS: &[&str] = &["action", "actor", "subject_id", "from", "to"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    let value = values.get(field).trim();
    let fine = value.is_empty()
        || match field {
            "subject_id" => value.parse::<Uuid>().is_ok(),
            "from" | "to" => value.parse::<NaiveDate>().is_ok(),
            _ => true,
        };
    (!fine).then(|| Text::by(|locale| i18n::service_words(locale).wrong_id.into()))
}

/// What is asked for, as a query.
fn asked(form: &Form) -> String {
    // A day in China, from its beginning to the beginning of the next.
    let midnight = |day: NaiveDate| format!("{day}T00:00:00+08:00");
    let day = |field: &str| form.value(field).parse::<NaiveDate>().ok();
    let from = day("from").map(midnight).unwrap_or_default();
    let to = day("to")
        .and_then(|day| day.checked_add_days(Days::new(1)))
        .map(midnight)
        .unwrap_or_default();
    query(&[
        ("action", form.value("action").trim()),
        ("actor", form.value("actor").trim()),
        ("subject_id", form.value("subject_id").trim()),
        ("from", &from),
        ("to", &to),
    ])
}

#[derive(Properties, PartialEq)]
pub struct Props {
    /// The account, the member of staff or the hall that is asked about.
    pub subject: Option<Uuid>,
}

/// 审计记录: what happened, and whether the chain is whole.
#[component]
pub fn Trail(props: &Props) -> Html {
    let locale = use_locale();
    let (w, s) = (i18n::console_words(locale), i18n::service_words(locale));
    let form = use_form("console-trail", FIELDS, wrong);
    let subject = props.subject.map(|id| id.to_string()).unwrap_or_default();
    let shown = use_state(|| query(&[("subject_id", &subject)]));
    {
        let form = form.clone();
        use_effect_with(subject, move |subject| {
            for field in FIELDS {
                form.set(field, "");
            }
            form.set("subject_id", subject.clone());
        });
    }
    let onsubmit = {
        let (form, shown) = (form.clone(), shown.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if form.accept(FIELDS) {
                shown.set(asked(&form));
            }
        })
    };
    let clear = {
        let (form, shown) = (form.clone(), shown.clone());
        Callback::from(move |()| {
            for field in FIELDS {
                form.set(field, "");
            }
            form.clear_errors();
            shown.set(String::new());
        })
    };
    let before = html! { <ErrorSummary form={form.clone()} /> };
    html! {
        <ConsolePage name="console-trail" title={w.trail} here={Place::Trail(props.subject)} {before} wrong={!form.summary().is_empty()}>
            <p class="muted">{ s.trail_lead }</p>
            <Chain />
            <form id="trail-form" class="console-filter" novalidate=true {onsubmit}>
                <TextField form={form.clone()} name="action" label={s.kind} hint={s.kind_hint} width={Width::Medium} />
                <TextField form={form.clone()} name="actor" label={s.who} hint={s.who_hint} width={Width::Medium} />
                <TextField form={form.clone()} name="subject_id" label={s.whom} width={Width::Medium} />
                <TextField form={form.clone()} name="from" label={s.from} kind="date" width={Width::Medium} />
                <TextField form={form.clone()} name="to" label={s.to} kind="date" width={Width::Medium} />
                <div class="console-filter__buttons">
                    <Button id="submit" submit=true kind={ButtonKind::Secondary}>{ s.filter }</Button>
                    <Button id="clear" kind={ButtonKind::Quiet} onclick={clear}>{ s.clear }</Button>
                </div>
            </form>
            <Chapter key={(*shown).clone()} asked={(*shown).clone()} first=true />
        </ConsolePage>
    }
}

#[derive(Properties, PartialEq)]
struct ChapterProps {
    asked: String,
    #[prop_or_default]
    cursor: Option<String>,
    #[prop_or_default]
    first: bool,
}

/// One page of it; what was before unfolds below.
#[component]
fn Chapter(props: &ChapterProps) -> Html {
    let locale = use_locale();
    let (w, s) = (i18n::console_words(locale), i18n::service_words(locale));
    let api = use_api();
    let (asked, cursor) = (props.asked.clone(), props.cursor.clone());
    let remote = use_shown(
        (),
        move || async move { api.audit_events(&asked, cursor).await },
    );
    let unfolded = use_state(|| false);
    let unfold = {
        let unfolded = unfolded.clone();
        Callback::from(move |()| unfolded.set(true))
    };
    match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        Loaded::Ready(list) => {
            let events = list.items.iter().map(|event| event_of(locale, event));
            let searched = list
                .searched_to
                .map(|at| format!("{} {}", s.searched_to, i18n::moment(locale, at)));
            let on = match list.items.len() {
                50 => w.more,
                _ => s.earlier,
            };
            html! {
                <>
                    if list.items.is_empty() && list.next_cursor.is_none() && props.first {
                        <p id="no-events">{ s.nothing }</p>
                    }
                    <ol id={props.first.then_some("events")} class="records console-events">{ for events }</ol>
                    if let Some(cursor) = &list.next_cursor {
                        if *unfolded {
                            <Chapter asked={props.asked.clone()} cursor={Some(cursor.clone())} />
                        } else {
                            if let Some(searched) = searched { <p class="muted">{ searched }</p> }
                            <Button id="more" kind={ButtonKind::Secondary} onclick={unfold}>{ on }</Button>
                        }
                    }
                </>
            }
        }
    }
}

fn event_of(locale: Locale, event: &AuditEvent) -> Html {
    let s = i18n::service_words(locale);
    let actor = event
        .actor_name
        .clone()
        .unwrap_or_else(|| short(&event.actor));
    let words = event.detail.iter().map(|(name, value)| {
        html! { <span class="console-event__word"><span>{ name }</span>{ value }</span> }
    });
    let subject = event.subject_id.map(|id| {
        html! { <RouteLink to={Place::Trail(Some(id)).route()} class="console-event__id">{ short(&id.to_string()) }</RouteLink> }
    });
    let mut foot = vec![i18n::moment(locale, event.at)];
    if !event.address.is_empty() {
        foot.push(event.address.clone());
    }
    if let Some(position) = event.position {
        foot.push(format!("{} {position}", s.position));
    }
    html! {
        <li key={event.id.as_u128()} class="console-event" data-action={event.action.clone()}>
            <p class="console-event__what">
                <code>{ &event.action }</code>
                <span title={event.actor.clone()}>{ actor }</span>
                if subject.is_some() { <span aria-hidden="true">{ "→" }</span>{ for subject } }
            </p>
            if !event.detail.is_empty() { <p class="console-event__words">{ for words }</p> }
            <p class="record__more">{ foot.join(" · ") }</p>
        </li>
    }
}

/// An id by its end: ids made at one time begin alike.
fn short(id: &str) -> String {
    let count = id.chars().count();
    match count > 20 {
        true => {
            let kind = id.split_once(':').map(|(kind, _)| format!("{kind} "));
            let end: String = id.chars().skip(count - 8).collect();
            format!("{}…{end}", kind.unwrap_or_default())
        }
        false => id.to_owned(),
    }
}

/// Walks the chain, a stretch at a time.
#[component]
fn Chain() -> Html {
    let locale = use_locale();
    let s = i18n::service_words(locale);
    let (api, act) = (use_api(), use_staff_act());
    let seen = use_state(|| None::<AuditCheck>);
    let walking = use_state(|| false);
    {
        // The answer of a stretch begins the next.
        let (seen, act, walking_now) = (seen.clone(), act.clone(), *walking);
        let walking = walking.clone();
        use_effect_with(((*seen).clone(), walking_now), move |(before, on)| {
            if !*on {
                return;
            }
            let after = before.as_ref().map_or(0, |check| check.to);
            let last = before.clone();
            let call = async move { api.check_audit(after).await };
            act.run(call, move |check: AuditCheck| {
                let done = check.broken_at.is_some()
                    || check.to >= check.last
                    || last.is_some_and(|last| last.to == check.to);
                if done {
                    walking.set(false);
                }
                seen.set(Some(check));
            });
        });
    }
    let start = {
        let (seen, walking) = (seen.clone(), walking.clone());
        Callback::from(move |()| {
            seen.set(None);
            walking.set(true);
        })
    };
    let stop = {
        let walking = walking.clone();
        Callback::from(move |()| walking.set(false))
    };
    let count = |check: &AuditCheck| {
        let number = |position: i64| i18n::number(u64::try_from(position).unwrap_or_default());
        format!(
            "{} {} / {}",
            s.checked,
            number(check.to),
            number(check.last)
        )
    };
    let told = seen.as_ref().map(|check| match check.broken_at {
        Some(position) => html! {
            <Notice tone={Tone::Bad} title={s.broken} id="chain-broken" live=true>
                <p>{ format!("{} {position}", s.position) }</p>
            </Notice>
        },
        None if *walking || check.to < check.last => html! {
            <p id="chain-progress" role="status">
                <progress max={check.last.to_string()} value={check.to.to_string()} aria-label={s.checking}></progress>
                { count(check) }
            </p>
        },
        None => html! {
            <Notice tone={Tone::Good} title={s.whole} id="chain-whole" live=true><p>{ count(check) }</p></Notice>
        },
    });
    html! {
        <section class="console-act console-chain" aria-labelledby="chain-title">
            <div class="console-act__text">
                <h2 id="chain-title">{ s.chain }</h2>
                <p class="muted">{ s.chain_lead }</p>
                { act.trouble(locale) }
                { for told }
            </div>
            if *walking {
                <Button id="stop-check" kind={ButtonKind::Secondary} onclick={stop}>{ s.stop }</Button>
            } else {
                <Button id="check-chain" kind={ButtonKind::Secondary} onclick={start}>{ s.check }</Button>
            }
        </section>
    }
}
