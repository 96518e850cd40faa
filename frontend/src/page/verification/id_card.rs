use renzheng_types::verification::{Attempt, Method};
use yew::prelude::*;
use yew_router::prelude::use_navigator;

use super::{IdCardForm, form::use_id_card_form};
use crate::{
    app::Route,
    component::{ErrorSummary, Icon, LinkButton, Notice, Page, RouteLink, Symbol, Tone},
    hook::{use_account, use_locale},
    i18n,
};

/// 身份证认证, outside registration.
#[component]
pub fn IdCard() -> Html {
    let v = i18n::verification(use_locale());
    let account = use_account();
    let navigator = use_navigator();
    let form = use_id_card_form();

    let onattempt = Callback::from(move |attempt: Attempt| {
        if let Some(navigator) = &navigator {
            navigator.push(&Route::Attempt { id: attempt.id });
        }
    });
    let back = html! {
        <RouteLink to={Route::Verifications} id="back" class="back">
            <Icon symbol={Symbol::Chevron} />{ v.back }
        </RouteLink>
    };
    let content = if account.level > 0 {
        html! {
            <>
                <Notice tone={Tone::Good} title={v.verified}><p>{ (v.already)((v.method)(Method::IdCard).0) }</p></Notice>
                <div class="actions">
                    <LinkButton to={Route::Verifications} id="to-verifications">{ v.to_list }</LinkButton>
                </div>
            </>
        }
    } else {
        html! {
            <>
                <p class="lead">{ v.id_card_lead }</p>
                <IdCardForm form={form.clone()} {onattempt} />
            </>
        }
    };
    html! {
        <Page
            name="id-card"
            title={v.id_card_title}
            before={html! { <>{ back }<ErrorSummary form={form.clone()} /></> }}
            wrong={!form.summary().is_empty()}
        >
            { content }
        </Page>
    }
}
