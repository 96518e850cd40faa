use renzheng_types::verification::{AttemptStatus, FaceCallback, Method};
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::prelude::{use_location, use_navigator};

use super::hall;
use crate::{
    app::Route,
    component::{Button, ButtonKind, LinkButton, Notice, Page, Skeleton, Tone},
    hook::{Text, use_api, use_locale, use_session, use_task},
    i18n,
    page::verification::route_of,
};

/// What of the address is handed in; the provider has added more.
#[derive(Default, Serialize, Deserialize)]
struct Brought {
    #[serde(default)]
    state: String,
}

#[derive(Clone, PartialEq)]
enum Fate {
    UnderWay,
    /// The provider has no result: it was given up, or is not there yet.
    Unfinished,
    Refused(Text),
}

/// Back from the provider's page: asks what came of it, and goes on to the result.
#[component]
pub fn Back() -> Html {
    let (locale, api, session, task) = (use_locale(), use_api(), use_session(), use_task());
    let (v, f) = (i18n::verification(locale), i18n::face(locale));
    let (location, navigator) = (use_location(), use_navigator());
    let fate = use_state(|| Fate::UnderWay);
    let state = location
        .and_then(|location| location.query::<Brought>().ok())
        .unwrap_or_default()
        .state;
    let look = {
        let (fate, task) = (fate.setter(), task.clone());
        Callback::from(move |()| {
            let callback = FaceCallback {
                state: state.clone(),
            };
            let (fate, session) = (fate.clone(), session.clone());
            let navigator = navigator.clone();
            task.run(async move {
                match api.finish_face(&callback).await {
                    Ok(attempt) => {
                        if attempt.status == AttemptStatus::Passed {
                            session.clone().refresh().await;
                        }
                        // In the place of this address: going back leads to the page before.
                        if let Some(navigator) = navigator {
                            navigator.replace(&Route::Attempt { id: attempt.id });
                        }
                    }
                    Err(failure) if failure.code() == "face-unfinished" => {
                        fate.set(Fate::Unfinished);
                    }
                    Err(failure) => {
                        session.note(&failure);
                        fate.set(Fate::Refused(Text::of_failure(&failure)));
                    }
                }
            });
        })
    };
    {
        let look = look.clone();
        use_effect_with((), move |()| look.emit(()));
    }
    let (title, text) = match &*fate {
        Fate::UnderWay => {
            return html! {
                <Page name="face-return" title={f.back_checking}><Skeleton lines=4 /></Page>
            };
        }
        Fate::Unfinished => (f.unfinished_title, AttrValue::from(f.unfinished)),
        Fate::Refused(text) => (v.failed, text.in_language(locale).to_string().into()),
    };
    let unfinished = *fate == Fate::Unfinished;
    let tone = if unfinished { Tone::Wait } else { Tone::Bad };
    html! {
        <Page name="face-return" title={v.result_title}>
            <Notice {tone} {title} id="outcome" live=true><p>{ text }</p></Notice>
            <div class="actions">
                <LinkButton to={route_of(Method::Face)} id="again">{ f.begin_again }</LinkButton>
                if unfinished {
                    <Button id="look-again" kind={ButtonKind::Secondary} busy={task.busy()} onclick={look}>{ f.look_again }</Button>
                }
            </div>
            { hall(f) }
        </Page>
    }
}
