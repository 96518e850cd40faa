use std::collections::BTreeMap;

use renzheng_types::{
    Locale,
    integration::{DeliveryStatus, WebhookDelivery},
};
use uuid::Uuid;
use yew::prelude::*;

use super::{
    act::{Act, use_staff_act},
    frame::{columns, state, use_shown},
    table::Table,
};
use crate::{
    component::{Button, ButtonKind, LoadFailed, Skeleton},
    hook::{Loaded, use_api, use_locale},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Of the application.
    pub id: String,
}

/// 通知记录: what an application was told by webhook, and telling it again.
#[component]
pub fn Deliveries(props: &Props) -> Html {
    let locale = use_locale();
    let (w, c) = (i18n::console_words(locale), i18n::client_words(locale));
    let looked = use_state(|| 0_u32);
    let refresh = {
        let looked = looked.clone();
        Callback::from(move |()| looked.set(*looked + 1))
    };
    html! {
        <div class="console-deliveries">
            <h2>{ c.deliveries }</h2>
            <p class="muted">{ c.deliveries_lead }</p>
            <p class="actions"><Button id="refresh-deliveries" kind={ButtonKind::Secondary} onclick={refresh}>{ w.refresh }</Button></p>
            <Chapter key={*looked} id={props.id.clone()} first=true />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ChapterProps {
    id: String,
    #[prop_or_default]
    cursor: Option<String>,
    #[prop_or_default]
    first: bool,
}

/// One page of it; what was before unfolds below.
#[component]
fn Chapter(props: &ChapterProps) -> Html {
    let locale = use_locale();
    let (w, c) = (i18n::console_words(locale), i18n::client_words(locale));
    let (api, act) = (use_api(), use_staff_act());
    let again = use_state(BTreeMap::<Uuid, WebhookDelivery>::new);
    let unfolded = use_state(|| false);
    let (id, cursor) = (props.id.clone(), props.cursor.clone());
    let remote = use_shown((), move || async move {
        api.webhook_deliveries(&id, cursor).await
    });
    let send = {
        let (act, again, id) = (act.clone(), again.clone(), props.id.clone());
        Callback::from(move |delivery: Uuid| {
            let (again, id) = (again.clone(), id.clone());
            let call = async move { api.redeliver_webhook(&id, delivery).await };
            act.run(call, move |row: WebhookDelivery| {
                let mut rows = (*again).clone();
                rows.insert(row.id, row);
                again.set(rows);
            });
        })
    };
    let unfold = {
        let unfolded = unfolded.clone();
        Callback::from(move |()| unfolded.set(true))
    };
    match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=4 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        Loaded::Ready(list) if list.items.is_empty() && props.first => {
            html! { <p id="no-deliveries">{ c.no_deliveries }</p> }
        }
        Loaded::Ready(list) => {
            let heads = columns(&[
                w.created,
                c.event,
                w.state,
                c.tries,
                c.last_answer,
                w.action,
            ]);
            let rows = list.items.iter().map(|row| {
                let row = again.get(&row.id).unwrap_or(row);
                cells(locale, row, &act, &send)
            });
            html! {
                <>
                    { act.trouble(locale) }
                    <Table id={props.first.then_some(AttrValue::from("deliveries"))} caption={c.deliveries} columns={heads}
                        rows={rows.collect::<Vec<_>>()} />
                    if let Some(cursor) = &list.next_cursor {
                        if *unfolded {
                            <Chapter id={props.id.clone()} cursor={Some(cursor.clone())} />
                        } else {
                            <Button id="more-deliveries" kind={ButtonKind::Secondary} onclick={unfold}>{ w.more }</Button>
                        }
                    }
                </>
            }
        }
    }
}

fn cells(locale: Locale, row: &WebhookDelivery, act: &Act, send: &Callback<Uuid>) -> Vec<Html> {
    let c = i18n::client_words(locale);
    let created = i18n::moment(locale, row.created_at);
    let tone = match row.status {
        DeliveryStatus::Delivered => "good",
        DeliveryStatus::Pending => "wait",
        DeliveryStatus::Refused | DeliveryStatus::Dead => "bad",
    };
    let next = row
        .next_try_at
        .map(|at| format!("{} {}", c.next_try, i18n::moment(locale, at)));
    let onclick = {
        let (send, id) = (send.clone(), row.id);
        Callback::from(move |()| send.emit(id))
    };
    vec![
        html! { created.clone() },
        // One element each: on narrow screens it stands beside the column's name.
        html! {
            <div>
                { i18n::webhook_event(locale, row.event) }
                <details class="console-body">
                    <summary>{ c.body }</summary>
                    <code>{ row.id.to_string() }</code>
                    <code>{ &row.body }</code>
                </details>
            </div>
        },
        state(tone, i18n::delivery_status(locale, row.status)),
        html! { row.tries.to_string() },
        html! {
            <div>
                { row.last_answer.clone().unwrap_or_default() }
                if let Some(next) = next { <p class="console-body muted">{ next }</p> }
            </div>
        },
        html! {
            <Button id={format!("again-{}", row.id)} kind={ButtonKind::Secondary} busy={act.busy()} label={format!("{} {created}", c.again)}
                {onclick}>{ c.again }</Button>
        },
    ]
}
