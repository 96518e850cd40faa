//! 人脸识别: ① what is asked before the camera, ② both sides of the ID card, ③ the result; or ① and ② on a page of the
//! provider's own, there and back.

mod back;
mod camera;
mod cards;
mod intro;
mod liveness;
mod pictogram;
mod there;

use renzheng_types::verification::{Attempt, FaceVerification, Method};
use yew::prelude::*;
use yew_router::prelude::use_navigator;

use crate::{
    app::Route,
    component::{Back, Notice, Page, Steps, Tone},
    hook::use_locale,
    i18n,
    page::verification::use_offer,
};

pub use self::back::Back as FaceReturn;
use self::{cards::Cards, intro::Intro, liveness::Liveness, there::There};

#[derive(Clone, PartialEq)]
enum Stage {
    Intro,
    Liveness(FaceVerification),
    Cards(FaceVerification),
    There(FaceVerification),
}

/// The method, when this person can begin it.
#[component]
pub fn Face() -> Html {
    let v = i18n::verification(use_locale());
    let (name, about) = (v.method)(Method::Face);
    match use_offer(Method::Face) {
        Ok(_) => html! { <Flow /> },
        Err(instead) => html! {
            <Page name="method" title={name} before={html! { <Back to={Route::Verifications}>{ v.back }</Back> }}>
                <p class="lead">{ about }</p>
                { instead }
            </Page>
        },
    }
}

/// The whole way. What it is about lives ten minutes and in this page only: leaving it means beginning anew.
#[component]
fn Flow() -> Html {
    let locale = use_locale();
    let (v, f) = (i18n::verification(locale), i18n::face(locale));
    let navigator = use_navigator();
    let stage = use_state(|| Stage::Intro);
    let lapsed = use_state(|| false);
    let elsewhere = use_state(|| false);
    let onbegin = {
        let (stage, lapsed) = (stage.setter(), lapsed.setter());
        Callback::from(move |begun: FaceVerification| {
            lapsed.set(false);
            stage.set(match begun.redirect_url {
                Some(_) => Stage::There(begun),
                None => Stage::Liveness(begun),
            });
        })
    };
    let onlapse = {
        let (stage, lapsed) = (stage.setter(), lapsed.setter());
        Callback::from(move |()| {
            lapsed.set(true);
            stage.set(Stage::Intro);
        })
    };
    let onattempt = Callback::from(move |attempt: Attempt| {
        if let Some(navigator) = &navigator {
            navigator.push(&Route::Attempt { id: attempt.id });
        }
    });
    let (current, content) = match &*stage {
        Stage::Intro => {
            let elsewhere = elsewhere.setter();
            let onelsewhere = Callback::from(move |is| elsewhere.set(is));
            (0, html! { <Intro {onbegin} {onelsewhere} /> })
        }
        Stage::Liveness(begun) => {
            let onshown = {
                let (stage, begun) = (stage.setter(), begun.clone());
                Callback::from(move |()| stage.set(Stage::Cards(begun.clone())))
            };
            let begun = begun.clone();
            (0, html! { <Liveness {begun} {onshown} {onlapse} /> })
        }
        Stage::Cards(begun) => {
            let id = begun.id;
            (1, html! { <Cards {id} {onattempt} {onlapse} /> })
        }
        Stage::There(begun) => (0, html! { <There begun={begun.clone()} /> }),
    };
    let (name, _) = (v.method)(Method::Face);
    // On the provider's page there is one step.
    let in_steps = match &*stage {
        Stage::Intro => !*elsewhere,
        Stage::Liveness(_) | Stage::Cards(_) => true,
        Stage::There(_) => false,
    };
    let before = html! {
        <>
            <Back to={Route::Verifications}>{ v.back }</Back>
            if in_steps {
                <Steps label={name} steps={&f.steps[..]} {current} />
            }
        </>
    };
    html! {
        <Page name="face" title={name} {before}>
            if *lapsed {
                <Notice tone={Tone::Wait} title={f.lapsed_title} id="face-lapsed" live=true><p>{ f.lapsed }</p></Notice>
            }
            { content }
        </Page>
    }
}

/// The way around the camera.
fn hall(f: &i18n::Face) -> Html {
    let to = Route::Method {
        method: <&str>::from(Method::Hall).into(),
    };
    html! {
        <p class="page__after">
            { f.hall_lead }{ " " }
            <crate::component::RouteLink {to} id="to-hall">{ f.hall }</crate::component::RouteLink>
        </p>
    }
}
