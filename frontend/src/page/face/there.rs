use renzheng_types::verification::FaceVerification;
use yew::prelude::*;

use super::hall;
use crate::{
    browser,
    component::{Button, Notice, Tone},
    hook::{use_locale, use_task},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub begun: FaceVerification,
}

/// The check is done on a page of the provider's: what will happen there, and the way there.
#[component]
pub fn There(props: &Props) -> Html {
    let f = i18n::face(use_locale());
    let task = use_task();
    let url = props.begun.redirect_url.clone().unwrap_or_default();
    let host = host_of(&url).to_owned();
    let minutes = props.begun.expires_in / 60;
    let onclick = {
        let task = task.clone();
        Callback::from(move |()| {
            let url = url.clone();
            task.run(async move { browser::leave_for(&url) });
        })
    };
    html! {
        <section id="there">
            <p class="lead">{ f.there_lead }</p>
            <Notice tone={Tone::Info} title={f.there_title} id="there-tells">
                { for f.there_points.iter().map(|point| html! { <p>{ *point }</p> }) }
            </Notice>
            <p>{ f.there_site }{ " " }<b id="there-host">{ host }</b></p>
            <p class="muted">{ (f.there_time)(minutes) }</p>
            <div class="actions">
                <Button id="go-there" busy={task.busy()} {onclick}>{ f.there_go }</Button>
            </div>
            { hall(f) }
        </section>
    }
}

/// The part of an address by which people know a site.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_shown_by_its_host() {
        assert_eq!(host_of("https://t.aliyun.com/Ac3?x=1"), "t.aliyun.com");
        assert_eq!(host_of("http://localhost:8081"), "localhost:8081");
        assert_eq!(host_of(""), "");
    }
}
