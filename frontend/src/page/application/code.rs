use renzheng_types::integration::IdentityCode;
use yew::prelude::*;

use crate::{
    component::{Button, ButtonKind, Notice, Tone, qr_code, use_act},
    hook::{use_api, use_countdown, use_locale},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub client_id: AttrValue,
    /// The application's name.
    pub name: AttrValue,
}

/// 身份码: shows the application who one is, where there is no browser to sign in with.
#[component]
pub fn Code(props: &Props) -> Html {
    let (locale, api) = (use_locale(), use_api());
    let t = i18n::application(locale);
    let act = use_act();
    let code = use_state(|| None::<IdentityCode>);
    let countdown = use_countdown();
    let make = {
        let (act, code, start) = (act.clone(), code.clone(), countdown.start.clone());
        let id = props.client_id.clone();
        Callback::from(move |()| {
            let (code, start, id) = (code.clone(), start.clone(), id.clone());
            let call = async move { api.make_identity_code(&id).await };
            act.run(call, move |made: IdentityCode| {
                start.emit(made.expires_in);
                code.set(Some(made));
            });
        })
    };
    let button = |words: &'static str, kind: ButtonKind| {
        html! {
            <Button id="make-code" {kind} busy={act.busy()} label={format!("{words} {}", props.name)}
                onclick={make.clone()}>{ words }</Button>
        }
    };
    let shown = match &*code {
        None => button(t.code_show, ButtonKind::Secondary),
        Some(_) if countdown.left == 0 => html! {
            <>
                <p class="qr-login__status" role="status">{ t.code_lapsed }</p>
                { button(t.code_renew, ButtonKind::Secondary) }
            </>
        },
        Some(made) => {
            let (first, second) = made.code.split_at(made.code.len() / 2);
            let left = format!("{}:{:02}", countdown.left / 60, countdown.left % 60);
            let spoken: Vec<String> = made.code.chars().map(String::from).collect();
            html! {
                <>
                    <div class="hall-code">
                        <p class="qr-login__status">{ (t.code_what)(&props.name) }</p>
                        <p id="identity-code" class="hall-code__digits" data-code={made.code.clone()}>
                            <span class="visually-hidden">{ format!("{}: {}", t.code, spoken.join(" ")) }</span>
                            <span aria-hidden="true">{ first }</span><span aria-hidden="true">{ second }</span>
                        </p>
                        { qr_code(&made.code, t.code) }
                        <p class="muted hall-code__left">{ (t.code_left)(&left) }</p>
                        { button(t.code_renew, ButtonKind::Quiet) }
                    </div>
                    <Notice tone={Tone::Wait}><p>{ (t.code_caution)(&props.name) }</p></Notice>
                </>
            }
        }
    };
    html! {
        <>
            { act.trouble(locale) }
            { shown }
        </>
    }
}
