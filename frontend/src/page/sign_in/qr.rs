use renzheng_types::{
    qr_login::{QrLogin, QrStatus},
    session::{NewSession, QrSignIn, SecondFactorNeeded},
};
use yew::prelude::*;

use crate::{
    api::{Failure, SignInAnswer},
    component::{Button, ButtonKind, LoadFailed, Notice, Skeleton, Tone, qr_code},
    hook::{Ticket, use_api, use_countdown, use_messages, use_qr_login, use_session},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    /// A second proof is asked for.
    pub onmore: Callback<SecondFactorNeeded>,
}

/// 扫码登录: the code, the number to match on the phone, and what the phone says.
#[component]
pub fn QrPanel(props: &Props) -> Html {
    let q = &use_messages().qr;
    let (api, session) = (use_api(), use_session());
    let (ticket, renew) = use_qr_login();
    let trouble = use_state(|| None::<Failure>);
    let countdown = use_countdown();

    let opened = match &ticket {
        Ticket::Open(login, _) => Some((login.id, login.expires_in)),
        _ => None,
    };
    {
        let (start, trouble) = (countdown.start.clone(), trouble.setter());
        use_effect_with(opened, move |opened| {
            if let Some((_, lasts)) = opened {
                trouble.set(None);
                start.emit(*lasts);
            }
        });
    }
    let confirmed = match &ticket {
        Ticket::Open(login, QrStatus::Confirmed) => Some(QrSignIn {
            id: login.id,
            secret: login.secret.clone(),
        }),
        _ => None,
    };
    {
        let (trouble, onmore) = (trouble.setter(), props.onmore.clone());
        use_effect_with(confirmed.is_some(), move |_| {
            if let Some(proof) = confirmed {
                wasm_bindgen_futures::spawn_local(async move {
                    match api.sign_in(&NewSession::Qr(proof)).await {
                        Ok(SignInAnswer::Begun(begun)) => session.set_account(begun.account),
                        Ok(SignInAnswer::More(needed)) => onmore.emit(needed),
                        Err(failure) => trouble.set(Some(failure)),
                    }
                });
            }
        });
    }

    if let Some(failure) = &*trouble {
        return html! { <LoadFailed failure={failure.clone()} retry={renew} /> };
    }
    match &ticket {
        Ticket::Loading => html! { <Skeleton /> },
        Ticket::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={renew} /> }
        }
        Ticket::Open(login, QrStatus::Pending) => waiting(q, login, countdown.left, renew),
        Ticket::Open(login, QrStatus::Scanned) => html! {
            <div class="qr-login" role="status">
                <p id="qr-status" class="qr-login__status">{ q.scanned }</p>
                { number(q, login) }
                <Button id="qr-renew" kind={ButtonKind::Quiet} onclick={renew}>{ q.another }</Button>
            </div>
        },
        Ticket::Open(_, QrStatus::Confirmed) => html! {
            <Notice tone={Tone::Good} live=true><p id="qr-status">{ q.confirmed }</p></Notice>
        },
        Ticket::Open(_, status) => {
            let (tone, title, more) = match status {
                QrStatus::Denied => (Tone::Bad, q.denied, q.denied_more),
                _ => (Tone::Wait, q.expired, q.expired_more),
            };
            html! {
                <>
                    <Notice {tone} {title} id="qr-status" live=true><p>{ more }</p></Notice>
                    <Button id="qr-renew" onclick={renew}>{ q.renew }</Button>
                </>
            }
        }
    }
}

/// Nobody has scanned the code yet.
fn waiting(q: &i18n::Qr, login: &QrLogin, left: u32, renew: Callback<()>) -> Html {
    html! {
        <div class="qr-login">
            <p class="qr-login__how">{ q.how }</p>
            { qr_code(&login.url, q.code_alt) }
            { number(q, login) }
            <p class="muted" aria-live="off">{ (q.lasts)(left) }</p>
            <Button id="qr-renew" kind={ButtonKind::Quiet} onclick={renew}>{ q.another }</Button>
        </div>
    }
}

fn number(q: &i18n::Qr, login: &QrLogin) -> Html {
    html! {
        <p class="qr-login__match">
            <span>{ q.number }</span>
            <strong id="qr-number" class="qr-login__number">{ login.number.clone() }</strong>
        </p>
    }
}
