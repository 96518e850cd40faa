use renzheng_types::{account::AccountDetails, step_up::StepUpPurpose};
use yew::prelude::*;

use crate::{
    app::Route,
    component::{Back, Fact, Facts, Page, Proved, use_act},
    hook::{use_api, use_messages},
};

/// 查看完整信息: what is masked elsewhere, after a step-up, for as long as the page is open.
#[component]
pub fn Details() -> Html {
    let (m, api) = (use_messages(), use_api());
    let (s, me) = (&m.security, &m.me);
    let act = use_act();
    let details = use_state(|| None::<AccountDetails>);
    let onproof = {
        let (act, details) = (act.clone(), details.clone());
        Callback::from(move |proof: String| {
            let details = details.clone();
            let call = async move { api.details(&proof).await };
            act.run(call, move |told| details.set(Some(told)));
        })
    };
    let fact = |label: &'static str, id: &'static str, value: &Option<String>, none| {
        let value = value.clone().map(AttrValue::from);
        html! { <Fact {label} {id} {value} {none} /> }
    };
    html! {
        <Page name="details" title={s.details} before={html! { <Back to={Route::Profile}>{ me.profile }</Back> }}>
            if let Some(told) = &*details {
                <Facts id="details">
                    { fact(me.name, "full-name", &told.name, me.not_verified) }
                    { fact(me.id_number, "full-id-number", &told.id_number, me.not_verified) }
                    { fact(me.phone, "full-phone", &told.phone, me.not_bound) }
                    { fact(me.email, "full-email", &told.email, me.not_bound) }
                </Facts>
            } else {
                <p class="lead">{ s.details_why }</p>
                <Proved purpose={StepUpPurpose::Details} submit={s.details} {onproof} {act} />
            }
        </Page>
    }
}
