use renzheng_types::{
    Locale,
    staff::{StaffEntry, StaffStatus},
};
use yew::prelude::*;

use super::{
    frame::{ConsolePage, columns, state, use_shown},
    place::Place,
    table::Table,
};
use crate::{
    component::{Button, ButtonKind, LoadFailed, RouteLink, Skeleton},
    hook::{Loaded, use_api, use_locale},
    i18n,
};

/// 工作人员: everybody, in the order in which they were taken on.
#[component]
pub fn StaffPage() -> Html {
    let locale = use_locale();
    let (w, p) = (i18n::console_words(locale), i18n::people_words(locale));
    html! {
        <ConsolePage name="console-staff" title={w.staff} here={Place::Staff}>
            <p class="actions"><RouteLink to={Place::AddStaff.route()} id="add-staff" class="button button--primary">{ p.add_staff }</RouteLink></p>
            <Chapter first=true />
        </ConsolePage>
    }
}

#[derive(Properties, PartialEq)]
struct Props {
    #[prop_or_default]
    cursor: Option<String>,
    #[prop_or_default]
    first: bool,
}

/// One page of it; the next one unfolds below.
#[component]
fn Chapter(props: &Props) -> Html {
    let locale = use_locale();
    let (w, p, s) = (
        i18n::console_words(locale),
        i18n::people_words(locale),
        i18n::staff(locale),
    );
    let api = use_api();
    let cursor = props.cursor.clone();
    let remote = use_shown((), move || api.list_staff(cursor));
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
            let heads = columns(&[s.name, p.login, p.role, p.hall, w.state]);
            let rows = list.items.iter().map(|entry| row(locale, entry));
            let id = props.first.then_some(AttrValue::from("staff"));
            html! {
                <>
                    <Table {id} caption={w.staff} columns={heads} rows={rows.collect::<Vec<_>>()} />
                    if let Some(cursor) = &list.next_cursor {
                        if *unfolded {
                            <Chapter cursor={Some(cursor.clone())} />
                        } else {
                            <Button id="more" kind={ButtonKind::Secondary} onclick={unfold}>{ w.more }</Button>
                        }
                    }
                </>
            }
        }
    }
}

fn row(locale: Locale, entry: &StaffEntry) -> Vec<Html> {
    let s = i18n::staff(locale);
    let hall = entry.hall.as_ref().map(|hall| hall.name.clone());
    vec![
        html! { <RouteLink to={Place::Member(entry.id).route()}>{ &entry.name }</RouteLink> },
        html! { &entry.login },
        html! { (s.role)(entry.role) },
        html! { hall.unwrap_or_else(|| "—".into()) },
        status(locale, entry.status),
    ]
}

pub fn status(locale: Locale, status: StaffStatus) -> Html {
    let tone = match status {
        StaffStatus::Active => "good",
        StaffStatus::Invited => "wait",
        StaffStatus::Disabled => "none",
    };
    state(tone, i18n::staff_status(locale, status))
}
