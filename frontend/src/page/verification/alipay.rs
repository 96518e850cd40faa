use renzheng_types::verification::{AlipayCallback, AttemptStatus, Method};
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::{use_location, use_navigator};

use super::{list::route_of, offer::use_offer};
use crate::{
    app::Route,
    browser,
    component::{Back, Button, LinkButton, Notice, Page, Skeleton, Tone, use_act},
    hook::{Text, use_api, use_locale, use_session},
    i18n,
};

/// 支付宝: what will happen there, and the way there.
#[component]
pub fn Alipay() -> Html {
    let (locale, api, act) = (use_locale(), use_api(), use_act());
    let v = i18n::verification(locale);
    let a = &v.alipay;
    let (name, about) = (v.method)(Method::Alipay);
    let content = match use_offer(Method::Alipay) {
        Err(instead) => instead,
        Ok(_) => {
            let onclick = {
                let act = act.clone();
                Callback::from(move |()| {
                    act.run(api.begin_alipay(), |begun| {
                        browser::leave_for(&begun.redirect_url);
                    });
                })
            };
            html! {
                <>
                    { act.trouble(locale) }
                    <Notice tone={Tone::Info} title={a.tells_title} id="alipay-tells">
                        { for a.tells.iter().map(|told| html! { <p>{ *told }</p> }) }
                    </Notice>
                    <p>{ a.why }</p>
                    <div class="actions">
                        <Button id="to-alipay" busy={act.busy()} busy_label={a.leaving} {onclick}>{ a.go }</Button>
                    </div>
                    <p class="muted">{ a.own }</p>
                </>
            }
        }
    };
    html! {
        <Page name="alipay" title={name} before={html! { <Back to={Route::Verifications}>{ v.back }</Back> }}>
            <p class="lead">{ about }</p>
            { content }
        </Page>
    }
}

/// What Alipay puts into the address on the way back.
#[derive(Default, Serialize, Deserialize)]
struct Brought {
    #[serde(default)]
    state: String,
    #[serde(default)]
    auth_code: String,
}

enum Fate {
    UnderWay,
    /// The person did not agree, or has come here otherwise.
    NotAgreed,
    Refused(Text),
}

/// Back from Alipay: hands in what was brought, and goes on to the result.
#[component]
pub fn AlipayReturn() -> Html {
    let (locale, api, session) = (use_locale(), use_api(), use_session());
    let v = i18n::verification(locale);
    let a = &v.alipay;
    let (location, navigator) = (use_location(), use_navigator());
    let fate = use_state(|| Fate::UnderWay);
    {
        let fate = fate.setter();
        use_effect_with((), move |()| {
            let brought: Brought = location
                .and_then(|location| location.query::<Brought>().ok())
                .unwrap_or_default();
            if brought.auth_code.is_empty() || brought.state.is_empty() {
                fate.set(Fate::NotAgreed);
                return;
            }
            spawn_local(async move {
                let callback = AlipayCallback {
                    state: brought.state,
                    auth_code: brought.auth_code,
                };
                match api.finish_alipay(&callback).await {
                    Ok(attempt) => {
                        if attempt.status == AttemptStatus::Passed {
                            session.clone().refresh().await;
                        }
                        // In the place of this address: going back does not hand it in again.
                        if let Some(navigator) = navigator {
                            navigator.replace(&Route::Attempt { id: attempt.id });
                        }
                    }
                    Err(failure) => {
                        session.note(&failure);
                        fate.set(Fate::Refused(Text::of_failure(&failure)));
                    }
                }
            });
        });
    }
    let (title, text) = match &*fate {
        Fate::UnderWay => {
            return html! {
                <Page name="alipay-return" title={a.checking}><Skeleton lines=4 /></Page>
            };
        }
        Fate::NotAgreed => (a.not_agreed, AttrValue::from(a.not_agreed_text)),
        Fate::Refused(text) => (v.failed, text.in_language(locale).to_string().into()),
    };
    html! {
        <Page name="alipay-return" title={v.result_title}>
            <Notice tone={Tone::Bad} {title} id="outcome" live=true><p>{ text }</p></Notice>
            <div class="actions">
                <LinkButton to={route_of(Method::Alipay)} id="again">{ a.again }</LinkButton>
                <LinkButton to={Route::Verifications} id="to-verifications" secondary=true>{ v.to_list }</LinkButton>
            </div>
        </Page>
    }
}
