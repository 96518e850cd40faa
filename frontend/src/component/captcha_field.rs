use web_sys::HtmlAudioElement;
use yew::prelude::*;

use super::{Button, ButtonKind, Icon, Symbol, TextField, Width};
use crate::{
    api::captcha_audio,
    hook::{Captcha, CaptchaState, Form, use_messages},
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub form: Form,
    pub captcha: Captcha,
}

/// The picture code: the picture beside the field, another one on a press, and the characters
/// spoken for people who can't see them.
#[component]
pub fn CaptchaField(props: &Props) -> Html {
    let c = &use_messages().common;
    let renew = {
        let (form, captcha) = (props.form.clone(), props.captcha.clone());
        Callback::from(move |()| {
            form.set("captcha.text", "");
            captcha.renew.emit(());
        })
    };
    let listen = {
        let id = props.captcha.challenge().map(|challenge| challenge.id);
        Callback::from(move |()| {
            if let Some(id) = id
                && let Ok(audio) = HtmlAudioElement::new_with_src(&captcha_audio(id))
            {
                // The browser may refuse to play; the picture remains.
                let _ = audio.play();
            }
        })
    };
    let picture = match &props.captcha.state {
        CaptchaState::Loading => html! { <span class="captcha__blank"></span> },
        CaptchaState::Failed => html! {
            <span class="captcha__blank captcha__blank--failed">{ c.captcha_failed }</span>
        },
        CaptchaState::Ready(challenge) => html! {
            <img
                id="captcha-image"
                class="captcha__image"
                src={challenge.image.clone()}
                alt={c.captcha_alt}
                data-captcha-id={challenge.id.to_string()}
            />
        },
    };
    let press = renew.reform(|_: MouseEvent| ());
    let beside = html! {
        <button id="captcha-picture" type="button" class="captcha__picture" title={c.captcha_renew} onclick={press}>
            { picture }
        </button>
    };
    let below = html! {
        <div class="captcha__actions">
            <Button id="captcha-renew" kind={ButtonKind::Quiet} onclick={renew}>
                <Icon symbol={Symbol::Refresh} />{ c.captcha_renew }
            </Button>
            <Button id="captcha-listen" kind={ButtonKind::Quiet} onclick={listen}>
                <Icon symbol={Symbol::Sound} />{ c.captcha_listen }
            </Button>
        </div>
    };
    html! {
        <TextField
            form={props.form.clone()}
            name="captcha.text"
            label={c.captcha}
            hint={c.captcha_hint}
            width={Width::Short}
            {beside}
            {below}
        />
    }
}
