use renzheng_types::verification::{Attempt, Method};
use yew::prelude::*;
use yew_router::prelude::use_navigator;

use super::{IdCardForm, form::use_id_card_form, offer::use_offer};
use crate::{
    app::Route,
    component::{ErrorSummary, Icon, Page, RouteLink, Symbol},
    hook::use_locale,
    i18n,
};

/// 身份证认证, outside registration.
#[component]
pub fn IdCard() -> Html {
    let v = i18n::verification(use_locale());
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
    let content = match use_offer(Method::IdCard) {
        Err(instead) => instead,
        Ok(_) => html! {
            <>
                <p class="lead">{ v.id_card_lead }</p>
                <IdCardForm form={form.clone()} {onattempt} />
            </>
        },
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
