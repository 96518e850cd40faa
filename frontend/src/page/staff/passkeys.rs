use renzheng_types::passkey::{Passkey, PasskeyList};
use yew::prelude::*;

use super::frame::use_staff;
use crate::{
    api::Holder,
    browser,
    component::{Button, ButtonKind, LoadFailed, Notice, Skeleton, Tone},
    hook::{Loaded, Remote, use_locale},
    i18n,
    page::passkey::{MOST, Row},
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub passkeys: Vec<Passkey>,
    pub onadd: Callback<()>,
    pub onremove: Callback<Passkey>,
}

/// Somebody's own passkeys, oldest first.
#[component]
pub fn OwnPasskeys(props: &Props) -> Html {
    let w = i18n::passkey(use_locale());
    let staff = use_staff();
    let note = Callback::from(move |failure| staff.note(&failure));
    let remove = {
        let onremove = props.onremove.clone();
        Callback::from(move |passkey: Passkey| {
            let label = format!("{} {}", w.remove, passkey.name);
            let onclick = onremove.reform(move |()| passkey.clone());
            html! { <Button id="remove-passkey" kind={ButtonKind::Quiet} {label} {onclick}>{ w.remove }</Button> }
        })
    };
    let rows = props.passkeys.iter().map(|passkey| {
        html! { <Row key={passkey.id.as_u128()} passkey={passkey.clone()} holder={Holder::Staff} note={note.clone()} remove={remove.clone()} /> }
    });
    html! {
        <>
            if props.passkeys.is_empty() {
                <p id="no-passkey">{ w.none }</p>
            } else {
                <ul id="passkeys" class="records">{ for rows }</ul>
            }
            if !browser::has_passkeys() {
                <Notice tone={Tone::Info} id="unsupported"><p>{ w.unsupported }</p></Notice>
            } else if props.passkeys.len() < MOST {
                <div class="actions"><Button id="add-passkey" kind={ButtonKind::Secondary} onclick={props.onadd.clone()}>{ w.add }</Button></div>
            } else {
                <p class="muted">{ w.full }</p>
            }
        </>
    }
}

/// They, or what stands in their place until they are there.
pub fn shown(
    remote: &Remote<PasskeyList>,
    onadd: Callback<()>,
    onremove: Callback<Passkey>,
) -> Html {
    match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=2 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        Loaded::Ready(list) => {
            html! { <OwnPasskeys passkeys={list.items.clone()} {onadd} {onremove} /> }
        }
    }
}
