use yew::prelude::*;

use crate::{
    component::{LoadFailed, Page, Skeleton},
    hook::{Loaded, use_api, use_locale, use_remote},
    i18n,
};

/// 注册协议, as in force.
#[component]
pub fn Agreement() -> Html {
    let (locale, api) = (use_locale(), use_api());
    let l = i18n::legal(locale);
    let agreement = use_remote(locale, move || api.current_agreement());
    let text = match &agreement.loaded {
        Loaded::Loading => html! { <Skeleton lines=10 /> },
        Loaded::Failed(failure) => html! {
            <LoadFailed failure={failure.clone()} retry={agreement.refresh.clone()} />
        },
        Loaded::Ready(agreement) => {
            let sections = agreement.sections.iter().map(|section| {
                let paragraphs = section
                    .paragraphs
                    .iter()
                    .map(|text| html! { <p>{ text }</p> });
                html! { <section><h2>{ &section.heading }</h2>{ for paragraphs }</section> }
            });
            let effective = i18n::date(locale, agreement.effective_from);
            html! {
                <article class="prose">
                    <p class="muted">
                        { (l.effective)(&effective) }{ " · " }{ (l.version)(&agreement.version) }
                    </p>
                    { for sections }
                </article>
            }
        }
    };
    html! { <Page name="agreement" title={l.agreement}>{ text }</Page> }
}

/// 隐私政策.
#[component]
pub fn Privacy() -> Html {
    let l = i18n::legal(use_locale());
    let sections = l.privacy_sections.iter().map(|(heading, points)| {
        let points = points.iter().map(|point| html! { <li>{ *point }</li> });
        html! { <section><h2>{ *heading }</h2><ul>{ for points }</ul></section> }
    });
    html! {
        <Page name="privacy" title={l.privacy}>
            <article class="prose">
                <p class="lead">{ l.privacy_lead }</p>
                { for sections }
            </article>
        </Page>
    }
}
