use std::{cell::Cell, rc::Rc};

use gloo_timers::future::TimeoutFuture;
use renzheng_types::verification::{FaceAction, FaceVerification};
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::prelude::*;

use super::{camera::Camera, hall, pictogram::Pictogram};
use crate::{
    api::Api,
    component::{Button, ButtonKind, Notice, Tone},
    hook::{use_api, use_locale},
    i18n,
};

/// How long one looks straight ahead first, and how long each action takes.
const STRAIGHT_MS: u32 = 2_000;
const ACTION_MS: u32 = 3_000;
/// Between two pictures.
const EVERY_MS: u32 = 333;
/// Darker than this a face cannot be made out.
const DARK: f64 = 45.0;
/// How often a picture is sent before it is given up.
const TRIES: u32 = 3;

#[derive(Clone, Copy, PartialEq)]
enum State {
    Closed,
    Starting,
    /// Looking straight ahead (0), or doing the action of that number.
    Showing(usize),
    Sending,
    Refused,
    Lost,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub begun: FaceVerification,
    /// Everything was shown, and has arrived.
    pub onshown: Callback<()>,
    pub onlapse: Callback<()>,
}

/// Before the camera: one thing at a time, in large words, while pictures are taken and sent.
#[component]
pub fn Liveness(props: &Props) -> Html {
    let f = i18n::face(use_locale());
    let api = use_api();
    let video = use_node_ref();
    let state = use_state(|| State::Closed);
    let dark = use_state(|| false);
    // Each run has its number; a run that is not the present one any more stops.
    let run = use_memo((), |()| Cell::new(0_u32));
    {
        let run = run.clone();
        use_effect_with((), move |()| move || run.set(0));
    }
    let start = {
        let (state, dark, video, run) = (state.clone(), dark.clone(), video.clone(), run.clone());
        let (begun, onshown, onlapse) = (
            props.begun.clone(),
            props.onshown.clone(),
            props.onlapse.clone(),
        );
        Callback::from(move |()| {
            let Some(video) = video.cast::<Element>() else {
                return;
            };
            let mine = run.get().wrapping_add(1).max(1);
            run.set(mine);
            state.set(State::Starting);
            let walk = Walk {
                api,
                id: begun.id,
                sent: Rc::default(),
                state: state.setter(),
                dark: dark.setter(),
                run: run.clone(),
                mine,
            };
            let actions = begun.actions.len();
            let (onshown, onlapse) = (onshown.clone(), onlapse.clone());
            spawn_local(async move {
                match walk.go(&video, actions).await {
                    End::Shown => onshown.emit(()),
                    End::Lapsed => onlapse.emit(()),
                    End::Refused => walk.state.set(State::Refused),
                    End::Lost => walk.state.set(State::Lost),
                    End::Left => {}
                }
            });
        })
    };
    let stop = {
        let (state, run) = (state.clone(), run.clone());
        Callback::from(move |()| {
            run.set(run.get().wrapping_add(1).max(1));
            state.set(State::Closed);
        })
    };
    let actions = &props.begun.actions;
    let words: Vec<&str> = actions.iter().map(|action| <&str>::from(*action)).collect();
    let open = matches!(*state, State::Showing(_) | State::Sending);
    html! {
        <section id="liveness" data-actions={words.join(",")}>
            if open {
                { asked(f, *state, actions, *dark) }
            } else {
                if *state == State::Refused {
                    <Notice tone={Tone::Bad} title={f.refused_title} id="camera-refused" live=true><p>{ f.refused }</p></Notice>
                }
                if *state == State::Lost {
                    <Notice tone={Tone::Bad} title={f.lost_title} id="pictures-lost" live=true><p>{ f.lost }</p></Notice>
                }
                <h2>{ (f.sequence)(actions.len()) }</h2>
                <p>{ f.sequence_hint }</p>
                <ol class="face-actions">{ for actions.iter().map(|action| listed(f, *action)) }</ol>
                <p class="muted">{ f.camera_ask }</p>
            }
            <div class={classes!("face-view", open.then_some("face-view--open"))}>
                <video ref={video} id="face-camera" playsinline=true muted=true></video>
                <svg class="face-view__oval" viewBox="0 0 400 300" aria-hidden="true" focusable="false">
                    <path fill-rule="evenodd" d="M0 0H400V300H0ZM200 24C140 24 112 66 112 132C112 204 154 268 200 268C246 268 288 204 288 132C288 66 260 24 200 24Z" />
                </svg>
            </div>
            <div class="actions">
                if open {
                    <Button id="stop-camera" kind={ButtonKind::Secondary} onclick={stop}>{ f.cancel }</Button>
                } else {
                    <Button id="open-camera" busy={*state == State::Starting} busy_label={f.opening} onclick={start}>
                        { if *state == State::Lost { f.again } else { f.open } }
                    </Button>
                }
            </div>
            if !open {
                { hall(f) }
            }
        </section>
    }
}

fn listed(f: &i18n::Face, action: FaceAction) -> Html {
    html! {
        <li class="face-actions__item">
            <Pictogram action={Some(action)} />
            <span>{ (f.action)(action) }</span>
        </li>
    }
}

/// The one thing to do now.
fn asked(f: &i18n::Face, state: State, actions: &[FaceAction], dark: bool) -> Html {
    let (title, hint, now, action) = match state {
        State::Showing(number) => {
            let action = number
                .checked_sub(1)
                .and_then(|index| actions.get(index))
                .copied();
            match action {
                Some(action) => (
                    (f.action)(action),
                    (f.action_hint)(action),
                    number,
                    Some(action),
                ),
                None => (f.straight, f.straight_hint, number, None),
            }
        }
        _ => (f.sending, "", actions.len(), None),
    };
    let all = actions.len() + 1;
    let position = (f.position)((now + 1).min(all), all);
    html! {
        <div class="face-asked">
            <Pictogram {action} />
            <div>
                <div role="status" aria-live="assertive">
                    <p id="face-asked" class="face-asked__title">{ title }</p>
                    <p class="face-asked__hint">{ hint }</p>
                </div>
                <progress class="face-asked__progress" aria-label={position.clone()} value={(now + 1).min(all).to_string()} max={all.to_string()}></progress>
                <p class="muted">{ position }</p>
                if dark {
                    <p id="too-dark" class="face-asked__dark" role="status">{ f.dark }</p>
                }
            </div>
        </div>
    }
}

enum End {
    Shown,
    Lapsed,
    Refused,
    Lost,
    /// The page was left, or the person stopped.
    Left,
}

/// How pictures fare on their way.
#[derive(Default)]
struct Sent {
    under_way: Cell<u32>,
    lost: Cell<bool>,
    lapsed: Cell<bool>,
}

/// One run through all that is asked.
struct Walk {
    api: Api,
    id: Uuid,
    sent: Rc<Sent>,
    state: UseStateSetter<State>,
    dark: UseStateSetter<bool>,
    run: Rc<Cell<u32>>,
    mine: u32,
}

impl Walk {
    async fn go(&self, video: &Element, actions: usize) -> End {
        let Some(camera) = Camera::open(video).await else {
            return if self.left() { End::Left } else { End::Refused };
        };
        let mut number = 0;
        for step in 0..=actions {
            if self.left() {
                return End::Left;
            }
            self.state.set(State::Showing(step));
            let last = if step == 0 { STRAIGHT_MS } else { ACTION_MS };
            for _ in 0..last / EVERY_MS {
                let Some(taken) = camera.take().await else {
                    return End::Lost;
                };
                if self.left() {
                    return End::Left;
                }
                self.dark.set(taken.light < DARK);
                self.send(number, taken.picture);
                number += 1;
                TimeoutFuture::new(EVERY_MS).await;
            }
        }
        drop(camera);
        self.state.set(State::Sending);
        while self.sent.under_way.get() > 0 {
            TimeoutFuture::new(100).await;
        }
        match (self.left(), self.sent.lapsed.get(), self.sent.lost.get()) {
            (true, ..) => End::Left,
            (_, true, _) => End::Lapsed,
            (_, _, true) => End::Lost,
            _ => End::Shown,
        }
    }

    fn left(&self) -> bool {
        self.run.get() != self.mine
    }

    /// Sends a picture while the next is taken; more than once, when the network fails.
    fn send(&self, number: u32, picture: wasm_bindgen::JsValue) {
        let (api, id, sent) = (self.api, self.id, self.sent.clone());
        sent.under_way.set(sent.under_way.get() + 1);
        spawn_local(async move {
            let what = format!("frames/{number}");
            for attempt in 1..=TRIES {
                match api.send_face_picture(id, &what, picture.clone()).await {
                    Ok(()) => break,
                    Err(failure) if matches!(failure.status(), Some(404 | 410)) => {
                        sent.lapsed.set(true);
                        break;
                    }
                    Err(_) if attempt < TRIES => TimeoutFuture::new(attempt * 500).await,
                    Err(_) => sent.lost.set(true),
                }
            }
            sent.under_way.set(sent.under_way.get() - 1);
        });
    }
}
