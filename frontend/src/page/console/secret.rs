use yew::prelude::*;

use crate::{
    browser,
    component::{Button, ButtonKind, Fact, Facts, Notice, Tone},
    hook::use_locale,
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Of the application.
    pub id: AttrValue,
    #[prop_or_default]
    pub secret: Option<AttrValue>,
    /// What it is told by webhook is signed with.
    #[prop_or_default]
    pub webhook: Option<AttrValue>,
    /// Appears on a page that is open already: whoever pressed for it is led to it.
    #[prop_or_default]
    pub appears: bool,
}

/// An application's secrets, the one time they are shown.
#[component]
pub fn Secrets(props: &Props) -> Html {
    let c = i18n::client_words(use_locale());
    let shown = (props.secret.clone(), props.webhook.clone(), props.appears);
    use_effect_with(shown, |(_, _, appears)| {
        if *appears {
            browser::focus("made");
        }
    });
    html! {
        <section class="console-card" id="made" tabindex="-1" aria-label={c.secrets}>
            <Facts>
                <Fact label={c.id}><code id="client-id">{ &props.id }</code></Fact>
                if let Some(secret) = &props.secret {
                    <Secret id="client-secret" name={c.secret} text={secret.clone()} />
                }
                if let Some(secret) = &props.webhook {
                    <Secret id="webhook-secret" name={c.webhook_secret} text={secret.clone()} />
                }
            </Facts>
            if props.secret.is_some() || props.webhook.is_some() {
                <Notice tone={Tone::Wait} id="secret-once" live=true><p>{ c.shown_once }</p></Notice>
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct SecretProps {
    id: AttrValue,
    name: AttrValue,
    text: AttrValue,
}

/// A secret, to be copied.
#[component]
fn Secret(props: &SecretProps) -> Html {
    let c = i18n::client_words(use_locale());
    let copied = use_state(|| None::<AttrValue>);
    let copy = {
        let (copied, text) = (copied.clone(), props.text.clone());
        Callback::from(move |()| {
            browser::copy(&text);
            copied.set(Some(text.clone()));
        })
    };
    // Another secret in its place was not copied yet.
    let words = match copied.as_ref() == Some(&props.text) {
        true => c.copied,
        false => c.copy,
    };
    let action = html! {
        <Button id={format!("copy-{}", props.id)} kind={ButtonKind::Quiet} label={format!("{words} {}", props.name)} onclick={copy}>{ words }</Button>
    };
    html! {
        <Fact label={props.name.clone()} {action}><code id={props.id.clone()} class="secret">{ &props.text }</code></Fact>
    }
}
