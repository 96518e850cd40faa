use std::rc::Rc;

use renzheng_types::account::Account;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::{Redirect, use_location, use_navigator};

use super::{LoadFailed, Page, Skeleton};
use crate::{
    app::{Next, Route},
    browser,
    hook::{SessionState, use_drafts, use_messages, use_session},
    page::sign_in,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub children: Html,
}

/// Lets only signed-in people through; others sign in first and come back here.
#[component]
pub fn Guard(props: &Props) -> Html {
    let m = use_messages();
    let session = use_session();
    match session.state() {
        SessionState::SignedIn(account) => html! {
            // Nothing on the page of one person stays for another.
            <ContextProvider<Rc<Account>> key={account.id.as_u128()} context={account.clone()}>
                { props.children.clone() }
            </ContextProvider<Rc<Account>>>
        },
        SessionState::Loading => html! {
            <Page name="loading" title={m.common.personal_centre}><Skeleton lines=6 /></Page>
        },
        SessionState::SignedOut | SessionState::Expired => html! { <ToSignIn /> },
        SessionState::Left => html! { <Redirect<Route> to={Route::Home} /> },
        SessionState::Unknown(failure) => {
            let retry = {
                let session = session.clone();
                Callback::from(move |()| spawn_local(session.clone().refresh()))
            };
            html! {
                <Page name="loading" title={m.common.personal_centre}>
                    <LoadFailed failure={failure.clone()} {retry} />
                </Page>
            }
        }
    }
}

/// Goes to the sign-in page, which leads back here.
#[component]
fn ToSignIn() -> Html {
    let (navigator, location) = (use_navigator(), use_location());
    let drafts = use_drafts();
    use_effect_with((), move |()| {
        if let (Some(navigator), Some(location)) = (navigator, location) {
            browser::begin_errand(location.path());
            // An application may know who is coming.
            if let Some(phone) = location.hash().strip_prefix("#login_hint=") {
                let place = drafts.place(sign_in::FORM);
                let known = drafts.recall(&place).with("phone", phone);
                drafts.keep(&place, known);
            }
            let next = Next {
                next: Some(location.path().to_owned()),
            };
            // A path is always a valid query value.
            let _ = navigator.replace_with_query(&Route::SignIn, &next);
        }
    });
    Html::default()
}
