use renzheng_types::{Locale, device::Activity as Event};
use yew::prelude::*;

use crate::{
    app::Route,
    component::{Button, ButtonKind, LoadFailed, Skeleton},
    hook::{Loaded, use_api, use_locale, use_messages, use_remote},
    i18n,
    page::CentrePage,
};

/// 操作记录: what happened to the account, newest first, one page after the other.
#[component]
pub fn Activity() -> Html {
    let s = &use_messages().security;
    html! {
        <CentrePage name="activity" title={s.activity} here={Route::Activity}>
            <p class="muted">{ s.activity_why }</p>
            <Chapter first=true />
        </CentrePage>
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
    let (s, locale, api) = (&use_messages().security, use_locale(), use_api());
    let cursor = props.cursor.clone();
    // What happened is told in the language of the page.
    let list = use_remote(locale, move || api.activity(cursor));
    let unfolded = use_state(|| false);
    let unfold = {
        let unfolded = unfolded.clone();
        Callback::from(move |()| unfolded.set(true))
    };
    match &list.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={list.refresh.clone()} /> }
        }
        Loaded::Ready(list) if list.items.is_empty() && props.first => {
            html! { <p id="activity-none">{ s.activity_none }</p> }
        }
        Loaded::Ready(list) => {
            let rows = list.items.iter().map(|event| row(locale, event));
            html! {
                <>
                    <ul id={props.first.then_some("activity")} class="records">{ for rows }</ul>
                    if let Some(cursor) = &list.next_cursor {
                        if *unfolded {
                            <Chapter cursor={Some(cursor.clone())} />
                        } else {
                            <Button id="more" kind={ButtonKind::Secondary} onclick={unfold}>{ s.more }</Button>
                        }
                    }
                </>
            }
        }
    }
}

fn row(locale: Locale, event: &Event) -> Html {
    let mut more = i18n::moment(locale, event.at);
    if !event.address.is_empty() {
        more = more + " · " + &event.address;
    }
    html! {
        <li key={event.id.as_u128()} class="record">
            <div class="record__text">
                <p>{ event.text.clone() }</p>
                <p class="record__more">{ more }</p>
            </div>
        </li>
    }
}
