use renzheng_types::step_up::StepUpPurpose;
use yew::prelude::*;

use crate::{
    app::Route,
    browser,
    component::{Back, Button, ButtonKind, LinkButton, Notice, Page, Proved, Tone, use_act},
    hook::{use_api, use_messages},
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub codes: Vec<String>,
}

/// The recovery codes, the one time they are shown.
#[component]
pub fn CodeList(props: &Props) -> Html {
    let s = &use_messages().security;
    let copied = use_state(|| false);
    let text = props.codes.join("\n");
    let copy = {
        let (text, copied) = (text.clone(), copied.clone());
        Callback::from(move |()| {
            browser::copy(&text);
            copied.set(true);
        })
    };
    let codes = props
        .codes
        .iter()
        .map(|code| html! { <li><code>{ code }</code></li> });
    html! {
        <>
            <Notice tone={Tone::Wait} title={s.codes_title} id="codes-note"><p>{ s.codes_why }</p></Notice>
            <ul id="recovery-codes" class="codes">{ for codes }</ul>
            <div class="codes__actions">
                <Button id="copy-codes" kind={ButtonKind::Quiet} onclick={copy}>
                    { if *copied { s.copied } else { s.copy } }
                </Button>
                <a id="download-codes" class="button button--quiet" download="recovery-codes.txt" href={browser::text_url("text/plain", &text)}>{ s.download }</a>
                <Button id="print-codes" kind={ButtonKind::Quiet} onclick={Callback::from(|()| browser::print())}>{ s.print }</Button>
            </div>
            <div class="actions"><LinkButton to={Route::Security} id="codes-kept">{ s.codes_kept }</LinkButton></div>
        </>
    }
}

/// New recovery codes in the place of the old.
#[component]
pub fn RecoveryCodes() -> Html {
    let (s, api) = (&use_messages().security, use_api());
    let act = use_act();
    let made = use_state(|| None::<Vec<String>>);
    let onproof = {
        let (act, made) = (act.clone(), made.clone());
        Callback::from(move |proof: String| {
            let made = made.clone();
            let call = async move { api.renew_recovery_codes(&proof).await };
            act.run(call, move |new| made.set(Some(new.codes)));
        })
    };
    html! {
        <Page name="recovery-codes" title={s.new_codes} before={html! { <Back to={Route::Security}>{ s.back }</Back> }}>
            if let Some(codes) = &*made {
                <CodeList codes={codes.clone()} />
            } else {
                <Proved purpose={StepUpPurpose::SecondFactor} submit={s.new_codes} {onproof} {act} />
            }
        </Page>
    }
}

/// Turns the second factor off.
#[component]
pub fn RemoveTotp() -> Html {
    let (s, api) = (&use_messages().security, use_api());
    let act = use_act();
    let removed = use_state(|| false);
    let onproof = {
        let (act, removed) = (act.clone(), removed.clone());
        Callback::from(move |proof: String| {
            let removed = removed.clone();
            let call = async move { api.remove_totp(&proof).await };
            act.run(call, move |()| removed.set(true));
        })
    };
    html! {
        <Page name="remove-totp" title={s.remove_title} before={html! { <Back to={Route::Security}>{ s.back }</Back> }}>
            if *removed {
                <Notice tone={Tone::Good} id="removed" live=true><p>{ s.removed }</p></Notice>
            } else {
                <p class="lead">{ s.remove_why }</p>
                <Proved purpose={StepUpPurpose::SecondFactor} submit={s.remove_now} {onproof} {act} />
            }
        </Page>
    }
}
