use renzheng_types::{Locale, admin::ClientEntry};
use yew::prelude::*;

use super::{
    frame::{ConsolePage, columns, state, use_shown},
    place::Place,
    table::Table,
};
use crate::{
    component::{LoadFailed, RouteLink, Skeleton},
    hook::{Loaded, use_api, use_locale},
    i18n,
};

/// 应用: all that were ever registered.
#[component]
pub fn Clients() -> Html {
    let locale = use_locale();
    let (w, c) = (i18n::console_words(locale), i18n::client_words(locale));
    let api = use_api();
    let remote = use_shown((), move || api.list_clients());
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        Loaded::Ready(list) if list.items.is_empty() => {
            html! { <p id="no-clients">{ c.nothing }</p> }
        }
        Loaded::Ready(list) => {
            let heads = columns(&[c.name, c.id, c.auth, w.created, w.state]);
            let rows = list.items.iter().map(|entry| row(locale, entry));
            html! { <Table id="clients" caption={w.clients} columns={heads} rows={rows.collect::<Vec<_>>()} /> }
        }
    };
    html! {
        <ConsolePage name="console-clients" title={w.clients} here={Place::Clients}>
            <p class="muted">{ c.lead }</p>
            <p class="actions"><RouteLink to={Place::AddClient.route()} id="add-client" class="button button--primary">{ c.add }</RouteLink></p>
            { content }
        </ConsolePage>
    }
}

fn row(locale: Locale, entry: &ClientEntry) -> Vec<Html> {
    let place = Place::Client(entry.id.clone());
    vec![
        html! { <RouteLink to={place.route()}>{ &entry.name }</RouteLink> },
        html! { <code>{ &entry.id }</code> },
        html! { i18n::client_auth(locale, entry.auth_method) },
        html! { i18n::moment(locale, entry.created_at) },
        client_state(locale, entry.disabled_at.is_none()),
    ]
}

pub fn client_state(locale: Locale, on: bool) -> Html {
    let c = i18n::client_words(locale);
    match on {
        true => state("good", c.active),
        false => state("none", c.disabled),
    }
}
