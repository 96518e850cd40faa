use renzheng_types::captcha::CaptchaAnswer;
use yew::prelude::*;

use super::{Button, ButtonKind, CaptchaField, CodeField, NewWindowLink, Notice, Tone};
use crate::{
    api::{CodeUse, Failure},
    browser,
    hook::{
        Form, Text, use_api, use_captcha, use_countdown, use_locale, use_messages, use_service,
        use_task,
    },
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Has the fields `phone`, `captcha.text` and `sms_code`.
    pub form: Form,
    pub code_use: CodeUse,
}

/// Where the last code went.
#[derive(Clone, PartialEq)]
struct Sent {
    phone: String,
    expires_in: u32,
}

/// Picture code, the button that has a code sent, and the field for it. Once a code is on its way
/// the picture makes room until another may be asked for.
#[component]
pub fn SmsCode(props: &Props) -> Html {
    let (api, locale, c) = (use_api(), use_locale(), &use_messages().common);
    let service = use_service();
    let countdown = use_countdown();
    let task = use_task();
    let sent = use_state(|| None::<Sent>);
    let trouble = use_state(|| None::<Text>);

    let form = &props.form;
    let sent_here = (*sent)
        .clone()
        .filter(|sent| sent.phone == form.value("phone"));
    let waiting = sent_here.is_some() && countdown.left > 0;
    let captcha = use_captcha(!waiting);

    let send = {
        let (form, captcha, task) = (form.clone(), captcha.clone(), task.clone());
        let (sent, trouble, start) = (sent.clone(), trouble.clone(), countdown.start.clone());
        let code_use = props.code_use;
        Callback::from(move |()| {
            trouble.set(None);
            if !form.accept_part(&["phone", "captcha.text"]) {
                return;
            }
            let Some(challenge) = captcha.challenge() else {
                captcha.renew.emit(());
                return;
            };
            let phone = form.value("phone");
            let answer = CaptchaAnswer {
                id: challenge.id,
                text: form.value("captcha.text"),
            };
            let (form, captcha) = (form.clone(), captcha.clone());
            let (sent, trouble, start) = (sent.clone(), trouble.clone(), start.clone());
            task.run(async move {
                let answer = api.send_code(code_use, phone.clone(), answer).await;
                if !matches!(answer, Err(Failure::Unreachable)) {
                    // One check uses the picture up, right or wrong.
                    form.set("captcha.text", "");
                    captcha.renew.emit(());
                }
                match answer {
                    Ok(answer) => {
                        form.forgive("captcha.text");
                        start.emit(answer.resend_after);
                        sent.set(Some(Sent {
                            phone,
                            expires_in: answer.expires_in,
                        }));
                        browser::focus("sms-code");
                    }
                    Err(failure) => trouble.set(form.refuse_part(&failure)),
                }
            });
        })
    };

    let label = match (waiting, sent_here.is_some()) {
        (true, _) => (c.send_again_in)(countdown.left),
        (false, true) => c.send_code_again.into(),
        (false, false) => c.send_code.into(),
    };
    let news = sent_here.map(|sent| {
        let lasts = i18n::duration(locale, sent.expires_in);
        html! {
            <Notice tone={Tone::Good} id="code-sent">
                <p>{ (c.code_sent)(&sent.phone, &lasts) }</p>
                <p class="notice__more">{ c.code_late }</p>
                if let Some(inbox) = &service.inbox {
                    <p><NewWindowLink id="code-inbox" href={inbox.clone()}>{ c.code_inbox }</NewWindowLink></p>
                }
            </Notice>
        }
    });
    let trouble = (*trouble).as_ref().map(|text| {
        html! {
            <Notice tone={Tone::Bad} id="code-trouble"><p>{ text.in_language(locale) }</p></Notice>
        }
    });
    html! {
        <div class="sms-code">
            if !waiting {
                <CaptchaField form={form.clone()} {captcha} />
            }
            <div class="sms-code__send" role="status">{ news }</div>
            <div role="alert">{ trouble }</div>
            <Button
                id="send-code"
                kind={ButtonKind::Secondary}
                busy={task.busy()}
                busy_label={c.sending_code}
                {waiting}
                class="sms-code__button"
                onclick={send}
            >
                { label }
            </Button>
            <CodeField form={form.clone()} name="sms_code" />
        </div>
    }
}
