use renzheng_types::passkey::Passkey;
use yew::prelude::*;

use super::{MOST, row::Row};
use crate::{
    api::Holder,
    app::Route,
    browser,
    component::{Back, LinkButton, LoadFailed, Notice, RouteLink, Skeleton, Tone},
    hook::{Loaded, use_api, use_locale, use_messages, use_remote, use_session},
    i18n,
    page::CentrePage,
};

/// The account's passkeys, oldest first.
#[component]
pub fn Passkeys() -> Html {
    let (w, api, session) = (i18n::passkey(use_locale()), use_api(), use_session());
    let s = &use_messages().security;
    let factors = use_remote((), move || api.second_factors());
    let content = match &factors.loaded {
        Loaded::Loading => html! { <Skeleton lines=4 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={factors.refresh.clone()} /> }
        }
        Loaded::Ready(factors) => {
            let note = {
                let session = session.clone();
                Callback::from(move |failure| session.note(&failure))
            };
            let remove = Callback::from(move |passkey: Passkey| {
                html! {
                    <RouteLink to={Route::RemovePasskey { id: passkey.id }} id="remove-passkey">
                        { w.remove }<span class="visually-hidden">{ " " }{ passkey.name }</span>
                    </RouteLink>
                }
            });
            let rows = factors.passkeys.iter().map(|passkey| {
                html! { <Row key={passkey.id.as_u128()} passkey={passkey.clone()} holder={Holder::Person} note={note.clone()} remove={remove.clone()} /> }
            });
            html! {
                <>
                    if factors.passkeys.is_empty() {
                        <p id="no-passkey">{ w.none }</p>
                    } else {
                        <ul id="passkeys" class="records">{ for rows }</ul>
                    }
                    if !browser::has_passkeys() {
                        <Notice tone={Tone::Info} id="unsupported"><p>{ w.unsupported }</p></Notice>
                    } else if factors.passkeys.len() < MOST {
                        <div class="actions"><LinkButton to={Route::AddPasskey} id="add-passkey">{ w.add }</LinkButton></div>
                    } else {
                        <p class="muted">{ w.full }</p>
                    }
                </>
            }
        }
    };
    html! {
        <CentrePage name="passkeys" title={w.title} here={Route::Security} before={html! { <Back to={Route::Security}>{ s.back }</Back> }}>
            <p class="muted">{ w.why }</p>
            { content }
        </CentrePage>
    }
}
