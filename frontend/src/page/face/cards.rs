use std::rc::Rc;

use renzheng_types::verification::{Attempt, AttemptStatus, CardSide};
use uuid::Uuid;
use wasm_bindgen::JsValue;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::camera::{Shown, shrink};
use crate::{
    api::Failure,
    component::{Button, Icon, Notice, Symbol, Tone, use_act},
    hook::{Text, use_api, use_locale, use_session, use_task},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: Uuid,
    pub onattempt: Callback<Attempt>,
    pub onlapse: Callback<()>,
}

/// Both sides of the ID card, and the end of it.
#[component]
pub fn Cards(props: &Props) -> Html {
    let locale = use_locale();
    let f = i18n::face(locale);
    let (api, session) = (use_api(), use_session());
    let act = use_act();
    let (front, back) = (use_state(|| false), use_state(|| false));
    let done = |side: &UseStateHandle<bool>| {
        let side = side.setter();
        Callback::from(move |taken| side.set(taken))
    };
    let submit = {
        let (act, id) = (act.clone(), props.id);
        let (onattempt, onlapse) = (props.onattempt.clone(), props.onlapse.clone());
        Callback::from(move |()| {
            let (session, onlapse) = (session.clone(), onlapse.clone());
            let onattempt = onattempt.clone();
            let call = async move {
                match api.submit_face(id).await {
                    Err(failure) if is_lapsed(&failure) => Ok(None),
                    answer => answer.map(Some),
                }
            };
            act.run(call, move |attempt| match attempt {
                Some(attempt) => {
                    if attempt.status == AttemptStatus::Passed {
                        wasm_bindgen_futures::spawn_local(session.refresh());
                    }
                    onattempt.emit(attempt);
                }
                None => onlapse.emit(()),
            });
        })
    };
    let ready = *front && *back;
    html! {
        <section id="cards">
            { act.trouble(locale) }
            <p class="lead">{ f.cards_lead }</p>
            <div class="face-cards">
                <Card id={props.id} side={CardSide::Front} ontaken={done(&front)} onlapse={props.onlapse.clone()} />
                <Card id={props.id} side={CardSide::Back} ontaken={done(&back)} onlapse={props.onlapse.clone()} />
            </div>
            <div class="actions">
                <Button id="submit" busy={act.busy()} busy_label={f.submitting} waiting={!ready} onclick={submit}>
                    { if ready { f.submit } else { f.submit_waiting } }
                </Button>
            </div>
        </section>
    }
}

fn is_lapsed(failure: &Failure) -> bool {
    matches!(failure.status(), Some(404 | 410))
}

#[derive(Properties, PartialEq)]
struct CardProps {
    id: Uuid,
    side: CardSide,
    ontaken: Callback<bool>,
    onlapse: Callback<()>,
}

/// One side: taken by camera or chosen, shown, sent.
#[component]
fn Card(props: &CardProps) -> Html {
    let locale = use_locale();
    let f = i18n::face(locale);
    let (api, session, task) = (use_api(), use_session(), use_task());
    let shown = use_state(|| None::<Rc<Shown>>);
    let taken = use_state(|| false);
    let trouble = use_state(|| None::<Text>);
    let (id, side) = (props.id, props.side);
    let word: &'static str = side.into();
    let onchange = {
        let (shown, taken, trouble) = (shown.clone(), taken.clone(), trouble.clone());
        let (task, ontaken, onlapse) = (task.clone(), props.ontaken.clone(), props.onlapse.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let file = input.files().and_then(|files| files.get(0));
            let Some(file) = file.map(JsValue::from).filter(|_| !task.busy()) else {
                return;
            };
            // The same file can be chosen again.
            input.set_value("");
            let (shown, taken, trouble) = (shown.clone(), taken.clone(), trouble.clone());
            let (ontaken, onlapse, session) = (ontaken.clone(), onlapse.clone(), session.clone());
            trouble.set(None);
            taken.set(false);
            ontaken.emit(false);
            task.run(async move {
                let Some(photo) = shrink(&file).await else {
                    shown.set(None);
                    let told = Text::by(|locale| i18n::face(locale).unreadable.into());
                    trouble.set(Some(told));
                    return;
                };
                shown.set(Shown::of(&photo).map(Rc::new));
                let what = format!("id-card/{word}");
                match api.send_face_picture(id, &what, photo).await {
                    Ok(()) => {
                        taken.set(true);
                        ontaken.emit(true);
                    }
                    Err(failure) if is_lapsed(&failure) => onlapse.emit(()),
                    Err(failure) => {
                        session.note(&failure);
                        trouble.set(Some(Text::of_failure(&failure)));
                    }
                }
            });
        })
    };
    let input = format!("card-{word}");
    let label = if shown.is_some() { f.replace } else { f.choose };
    html! {
        <div class="face-card">
            <h2>{ (f.side)(side) }</h2>
            <p class="muted">{ (f.side_hint)(side) }</p>
            if let Some(text) = &*trouble {
                <Notice tone={Tone::Bad} id={format!("{input}-trouble")} live=true><p>{ text.in_language(locale) }</p></Notice>
            }
            <div class="face-card__frame">
                if let Some(shown) = &*shown {
                    <img src={shown.url().to_owned()} alt={(f.preview)(side)} />
                } else {
                    <Icon symbol={Symbol::IdCard} />
                }
            </div>
            <p id={format!("{input}-state")} class="face-card__state" role="status">
                if task.busy() {
                    { f.checking }
                } else if *taken {
                    <Icon symbol={Symbol::CheckCircle} />{ f.taken }
                }
            </p>
            <div class="face-card__choose">
                <input id={input.clone()} type="file" accept="image/jpeg,image/png" capture="environment" {onchange} />
                <label for={input} class="button button--secondary">{ label(side) }</label>
            </div>
        </div>
    }
}
