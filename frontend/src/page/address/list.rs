use renzheng_types::{Locale, address::Address};
use uuid::Uuid;
use yew::prelude::*;

use crate::{
    app::Route,
    component::{
        Button, ButtonKind, LinkButton, LoadFailed, Notice, RouteLink, Skeleton, Tone, use_act,
    },
    hook::{Loaded, use_api, use_locale, use_remote},
    i18n,
    page::CentrePage,
};

/// As many as the server keeps.
const MOST: usize = 20;

/// All addresses, the default first.
#[component]
pub fn Addresses() -> Html {
    let (locale, api) = (use_locale(), use_api());
    let w = i18n::address(locale);
    let remote = use_remote((), move || api.addresses());
    let act = use_act();
    let asked = use_state(|| None::<Uuid>);
    let deleted = use_state(|| false);
    let ask = {
        let (asked, deleted) = (asked.clone(), deleted.clone());
        Callback::from(move |id: Option<Uuid>| {
            deleted.set(false);
            asked.set(id);
        })
    };
    let delete = {
        let (act, refresh) = (act.clone(), remote.refresh.clone());
        let (asked, deleted) = (asked.clone(), deleted.clone());
        Callback::from(move |id: Uuid| {
            let (refresh, asked, deleted) = (refresh.clone(), asked.clone(), deleted.clone());
            act.run(api.delete_address(id), move |()| {
                asked.set(None);
                deleted.set(true);
                refresh.emit(());
            });
        })
    };
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton /> },
        Loaded::Failed(failure) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        Loaded::Ready(list) => {
            let rows = list
                .items
                .iter()
                .map(|address| row(locale, address, *asked, act.busy(), &ask, &delete));
            html! {
                <>
                    if list.items.is_empty() {
                        <p id="no-address">{ w.none }</p>
                    } else {
                        <ul id="addresses" class="records">{ for rows }</ul>
                    }
                    if list.items.len() < MOST {
                        <div class="actions">
                            <LinkButton to={Route::NewAddress} id="add-address">{ w.add }</LinkButton>
                        </div>
                    } else {
                        <p class="muted">{ w.full }</p>
                    }
                </>
            }
        }
    };
    html! {
        <CentrePage name="addresses" title={w.title} here={Route::Addresses}>
            <p class="muted">{ w.about }</p>
            { act.trouble(locale) }
            if *deleted {
                <Notice tone={Tone::Good} id="deleted" live=true><p>{ w.deleted }</p></Notice>
            }
            { content }
        </CentrePage>
    }
}

fn row(
    locale: Locale,
    address: &Address,
    asked: Option<Uuid>,
    busy: bool,
    ask: &Callback<Option<Uuid>>,
    delete: &Callback<Uuid>,
) -> Html {
    let w = i18n::address(locale);
    let id = address.id;
    let place = format!("{} {}", address.region_names.join(" "), address.detail);
    let actions = if asked == Some(id) {
        html! {
            <div class="record__actions" role="group" aria-label={w.delete_sure}>
                <span>{ w.delete_sure }</span>
                <Button id="delete-yes" kind={ButtonKind::Secondary} {busy} onclick={delete.reform(move |()| id)}>{ w.delete_yes }</Button>
                <Button id="delete-no" kind={ButtonKind::Quiet} onclick={ask.reform(|()| None)}>{ w.keep }</Button>
            </div>
        }
    } else {
        html! {
            <div class="record__actions">
                <RouteLink to={Route::Address { id }} id="edit-address">
                    { w.edit }<span class="visually-hidden">{ " " }{ place.clone() }</span>
                </RouteLink>
                <Button id="delete-address" kind={ButtonKind::Quiet} label={format!("{} {place}", w.delete)}
                    onclick={ask.reform(move |()| Some(id))}>{ w.delete }</Button>
            </div>
        }
    };
    html! {
        <li key={id.as_u128()} class="record">
            <div class="record__text">
                <p>
                    <strong>{ address.recipient.clone() }</strong>{ format!(" {}", address.phone) }
                    if address.is_default { { " " }<span class="badge badge--1">{ w.default }</span> }
                </p>
                <p>{ place.clone() }</p>
                if let Some(code) = &address.postal_code { <p class="record__more">{ code.clone() }</p> }
            </div>
            { actions }
        </li>
    }
}
