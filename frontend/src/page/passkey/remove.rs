use renzheng_types::step_up::StepUpPurpose;
use uuid::Uuid;
use yew::prelude::*;

use crate::{
    app::Route,
    component::{Back, LinkButton, Notice, Page, Proved, Tone, use_act},
    hook::{use_api, use_locale},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: Uuid,
}

/// Takes a passkey away.
#[component]
pub fn RemovePasskey(props: &Props) -> Html {
    let (w, api) = (i18n::passkey(use_locale()), use_api());
    let act = use_act();
    let removed = use_state(|| false);
    let onproof = {
        let (act, removed, id) = (act.clone(), removed.clone(), props.id);
        Callback::from(move |proof: String| {
            let removed = removed.clone();
            let call = async move { api.remove_passkey(id, &proof).await };
            act.run(call, move |()| removed.set(true));
        })
    };
    html! {
        <Page name="remove-passkey" title={w.remove_title} before={html! { <Back to={Route::Passkeys}>{ w.back }</Back> }}>
            if *removed {
                <Notice tone={Tone::Good} id="removed" live=true><p>{ w.removed }</p></Notice>
                <div class="actions"><LinkButton to={Route::Passkeys} id="to-passkeys">{ w.back }</LinkButton></div>
            } else {
                <p class="lead">{ w.remove_why }</p>
                <Proved purpose={StepUpPurpose::SecondFactor} submit={w.remove_now} {onproof} {act} />
            }
        </Page>
    }
}
