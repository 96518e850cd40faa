use renzheng_types::{step_up::StepUpPurpose, verification::FaceVerification};
use yew::prelude::*;

use super::hall;
use crate::{
    api::Failure,
    browser,
    component::{
        Button, ButtonKind, Checkbox, ErrorSummary, LoadFailed, Notice, Skeleton, StepUp, Tone,
    },
    hook::{
        Loaded, Text, Values, use_api, use_form, use_locale, use_remote, use_session, use_task,
        use_turn,
    },
    i18n,
};

const FIELDS: &[&str] = &["consent"];

fn wrong(_: &str, values: &Values) -> Option<Text> {
    let missing = !values.is_on("consent");
    missing.then(|| Text::by(|locale| i18n::face(locale).agree_missing.into()))
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub onbegin: Callback<FaceVerification>,
    /// Whether the check will be on a page of the provider's, as far as it is known now.
    pub onelsewhere: Callback<bool>,
}

/// What it takes, what it is for, and the consent; before anything is asked of the camera.
#[component]
pub fn Intro(props: &Props) -> Html {
    let locale = use_locale();
    let f = i18n::face(locale);
    let (api, session) = (use_api(), use_session());
    let form = use_form("face", FIELDS, wrong);
    let (task, withdrawing) = (use_task(), use_task());
    let (turn, looked) = use_turn();
    let consent = use_remote(turn, move || api.face_consent());
    let text = use_remote(locale, move || api.face_agreement());
    let elsewhere = match &consent.loaded {
        Loaded::Ready(consent) => consent.elsewhere,
        Loaded::Loading | Loaded::Failed(_) => false,
    };
    let onelsewhere = props.onelsewhere.clone();
    use_effect_with(elsewhere, move |&elsewhere| onelsewhere.emit(elsewhere));
    let needs_proof = use_state(|| false);
    let withdrawn = use_state(|| false);

    let (Loaded::Ready(consent), Loaded::Ready(text)) = (&consent.loaded, &text.loaded) else {
        let failed = [failure(&consent.loaded), failure(&text.loaded)];
        let retry = {
            let (one, other) = (consent.refresh.clone(), text.refresh.clone());
            Callback::from(move |()| {
                one.emit(());
                other.emit(());
            })
        };
        return match failed.into_iter().flatten().next() {
            Some(failure) => html! { <LoadFailed {failure} {retry} /> },
            None => html! { <Skeleton lines=8 /> },
        };
    };
    let begin = {
        let (form, task, needs_proof) = (form.clone(), task.clone(), needs_proof.clone());
        let (session, onbegin) = (session.clone(), props.onbegin.clone());
        let stands = consent.given_at.is_some();
        let version = (!stands).then(|| consent.version.clone());
        Callback::from(move |proof: Option<String>| {
            if task.busy() || !(stands || form.accept(FIELDS)) {
                return;
            }
            let (form, needs_proof, session) = (form.clone(), needs_proof.clone(), session.clone());
            let (onbegin, version) = (onbegin.clone(), version.clone());
            task.run(async move {
                match api.begin_face(proof.as_deref(), version).await {
                    Ok(begun) => {
                        form.set("consent", "");
                        onbegin.emit(begun);
                    }
                    Err(failure) if failure.code() == "step-up-required" => needs_proof.set(true),
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    if *needs_proof {
        let onproof = {
            let begin = begin.clone();
            Callback::from(move |token| begin.emit(Some(token)))
        };
        return html! {
            <>
                <ErrorSummary form={form.clone()} />
                <StepUp purpose={StepUpPurpose::Verification} {onproof} busy={task.busy()} />
            </>
        };
    }
    let withdraw = {
        let (task, withdrawn) = (withdrawing.clone(), withdrawn.clone());
        let form = form.clone();
        Callback::from(move |()| {
            let (withdrawn, session, form) = (withdrawn.clone(), session.clone(), form.clone());
            let looked = looked.clone();
            task.run(async move {
                match api.withdraw_face_consent().await {
                    Ok(()) => {
                        withdrawn.set(true);
                        looked.emit(());
                    }
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        begin.emit(None);
    });
    let card = (!elsewhere).then_some(f.prepare_card);
    let points = card
        .into_iter()
        .chain(f.prepare_points)
        .map(|point| html! { <li>{ point }</li> });
    let consent = match consent.given_at {
        Some(at) => {
            let date = i18n::date(locale, browser::china_date(at));
            html! {
                <div id="consent-given" class="face-consent">
                    <p>{ (f.agreed)(&date) }</p>
                    <Button id="withdraw" kind={ButtonKind::Quiet} busy={withdrawing.busy()} onclick={withdraw}>{ f.withdraw }</Button>
                </div>
            }
        }
        None => {
            let sections = text.sections.iter().map(|section| {
                let paragraphs = section
                    .paragraphs
                    .iter()
                    .map(|text| html! { <p>{ text }</p> });
                html! { <section><h3>{ &section.heading }</h3>{ for paragraphs }</section> }
            });
            html! {
                <section aria-labelledby="consent-title">
                    <h2 id="consent-title">{ f.consent }</h2>
                    <p>{ f.consent_lead }</p>
                    <div id="consent-text" class="face-consent face-consent--text" tabindex="0" role="region" aria-label={f.consent_name}>
                        <p class="face-consent__name">{ f.consent_name }</p>
                        { for sections }
                    </div>
                    <Checkbox form={form.clone()} name="consent">{ f.agree }</Checkbox>
                </section>
            }
        }
    };
    html! {
        <form id="face-form" novalidate=true {onsubmit}>
            <ErrorSummary form={form.clone()} />
            if *withdrawn {
                <Notice tone={Tone::Good} id="consent-withdrawn" live=true><p>{ f.withdrawn }</p></Notice>
            }
            <p class="lead">{ if elsewhere { f.lead_there } else { f.lead } }</p>
            <h2>{ f.prepare }</h2>
            <ul class="face-points">{ for points }</ul>
            { consent }
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={f.beginning}>{ f.begin }</Button>
            </div>
            { hall(f) }
        </form>
    }
}

fn failure<T>(loaded: &Loaded<T>) -> Option<Failure> {
    match loaded {
        Loaded::Failed(failure) => Some(failure.clone()),
        Loaded::Loading | Loaded::Ready(_) => None,
    }
}
