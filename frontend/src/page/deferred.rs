//! The pages that are not part of the first load: the build puts each group into a file of its own,
//! which the browser fetches when one of its pages is first opened.

use std::{cell::Cell, rc::Rc};

use renzheng_types::verification::Method;
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

use super::{
    NotFound, address, application, console, credential, face, legal, me, passkey, register, reset,
    scan, security, staff, verification,
};
use crate::{
    api::Failure,
    app::Route,
    browser,
    component::{LoadFailed, Page, Skeleton},
    hook::use_messages,
};

/// What a page becomes: itself, or the news that its file could not be fetched.
type Fetched = Result<Html, SplitLoaderError>;

/// What a signed-in person does with their account.
#[wasm_split(account, fallible)]
fn account_page(route: Route) -> Fetched {
    Ok(match route {
        Route::Me => html! { <me::Overview /> },
        Route::Profile => html! { <me::Profile /> },
        Route::Password => html! { <credential::Password /> },
        Route::Phone => html! { <credential::ChangePhone /> },
        Route::Email => html! { <credential::Email /> },
        Route::Addresses => html! { <address::Addresses /> },
        Route::NewAddress => html! { <address::AddressForm key="new" /> },
        Route::Address { id } => {
            html! { <address::AddressForm key={id.as_u128()} id={Some(id)} /> }
        }
        Route::Security => html! { <security::Security /> },
        Route::Totp => html! { <security::Totp /> },
        Route::RemoveTotp => html! { <security::RemoveTotp /> },
        Route::RecoveryCodes => html! { <security::RecoveryCodes /> },
        Route::Passkeys => html! { <passkey::Passkeys /> },
        Route::AddPasskey => html! { <passkey::AddPasskey /> },
        Route::RemovePasskey { id } => html! { <passkey::RemovePasskey {id} /> },
        Route::Details => html! { <security::Details /> },
        Route::Export => html! { <security::Export /> },
        Route::Close => html! { <security::Close /> },
        Route::Devices => html! { <security::Devices /> },
        Route::Activity => html! { <security::Activity /> },
        Route::Scan => html! { <scan::Scan /> },
        Route::ScanTicket { id } => html! { <scan::ScanTicket {id} /> },
        _ => Html::default(),
    })
}

/// Proving who one is, after registration or later.
#[wasm_split(verification, fallible)]
fn verification_page(route: Route) -> Fetched {
    Ok(match route {
        Route::Identity => html! { <register::Identity /> },
        Route::Done => html! { <register::Done /> },
        Route::Verifications => html! { <verification::Verifications /> },
        Route::IdCard => html! { <verification::IdCard /> },
        Route::Attempt { id } => html! { <verification::AttemptResult {id} /> },
        Route::MethodReturn { method } => match method.parse::<Method>() {
            Ok(Method::Alipay) => html! { <verification::AlipayReturn /> },
            Ok(Method::Face) => html! { <face::FaceReturn /> },
            _ => html! { <NotFound /> },
        },
        Route::Method { method } => match method.parse::<Method>() {
            Ok(Method::Alipay) => html! { <verification::Alipay /> },
            Ok(Method::Face) => html! { <face::Face /> },
            Ok(Method::Hall) => html! { <verification::HallVisit /> },
            Ok(method) => html! { <verification::FormMethod {method} /> },
            Err(_) => html! { <NotFound /> },
        },
        _ => Html::default(),
    })
}

/// Letting applications of others in, and keeping an eye on them.
#[wasm_split(application, fallible)]
fn application_page(route: Route) -> Fetched {
    Ok(match route {
        Route::Authorize { id } => html! { <application::Authorize {id} /> },
        Route::Applications => html! { <application::Applications /> },
        _ => Html::default(),
    })
}

/// What people come to without having signed in.
#[wasm_split(entry, fallible)]
fn entry_page(route: Route) -> Fetched {
    Ok(match route {
        Route::Register => html! { <register::Register /> },
        Route::Reset => html! { <reset::Reset /> },
        Route::ActivateEmail => html! { <credential::ActivateEmail /> },
        Route::Agreement => html! { <legal::Agreement /> },
        Route::Privacy => html! { <legal::Privacy /> },
        _ => Html::default(),
    })
}

/// What staff do.
#[wasm_split(staff, fallible)]
fn staff_page(route: Route) -> Fetched {
    Ok(staff::page(route))
}

/// What operators do.
#[wasm_split(console, fallible)]
fn console_page(rest: String) -> Fetched {
    Ok(console::page(&rest))
}

async fn fetch(route: Route) -> Fetched {
    match route {
        Route::Identity
        | Route::Done
        | Route::Verifications
        | Route::IdCard
        | Route::MethodReturn { .. }
        | Route::Method { .. }
        | Route::Attempt { .. } => verification_page(route).await,
        Route::Register
        | Route::Reset
        | Route::ActivateEmail
        | Route::Agreement
        | Route::Privacy => entry_page(route).await,
        Route::Console => console_page(String::new()).await,
        Route::ConsolePage { rest } => console_page(rest).await,
        route if route.is_staff() => staff_page(route).await,
        Route::Authorize { .. } | Route::Applications => application_page(route).await,
        _ => account_page(route).await,
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub route: Route,
}

/// A page of one of the groups.
#[component]
pub fn Deferred(props: &Props) -> Html {
    let m = use_messages();
    let fetched = use_state(|| None::<(Route, Fetched)>);
    {
        let fetched = fetched.clone();
        use_effect_with(props.route.clone(), move |route| {
            let route = route.clone();
            let alive = Rc::new(Cell::new(true));
            let wanted = alive.clone();
            spawn_local(async move {
                let page = fetch(route.clone()).await;
                if wanted.get() {
                    fetched.set(Some((route, page)));
                }
            });
            move || alive.set(false)
        });
    }
    match &*fetched {
        Some((route, Ok(page))) if *route == props.route => page.clone(),
        // No network; or a newer release has taken the file away, which opening anew mends too.
        Some((route, Err(_))) if *route == props.route => html! {
            <Page name="loading" title={m.common.personal_centre}>
                <LoadFailed failure={Failure::Unreachable} retry={|()| browser::reload()} />
            </Page>
        },
        // Usually not seen: the file is there, and only the next moment is waited for.
        _ => html! {
            <div class="page page--column">
                <main id="main" class="page__main" tabindex="-1"><Skeleton lines=6 /></main>
            </div>
        },
    }
}
