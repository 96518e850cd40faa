use std::rc::Rc;

use gloo_timers::callback::Timeout;
use renzheng_types::{hall::HallCase, value::HallCode};
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::prelude::*;

use super::frame::use_staff;
use crate::{
    browser::{self, Camera},
    check,
    component::{Button, ButtonKind, Notice, TextField, Tone, Width},
    hook::{Form, Text, Values, use_api, use_form, use_locale, use_task},
    i18n,
};

const FORM: &str = "staff-lookup";
const FIELDS: &[&str] = &["code"];

fn wrong(_: &str, values: &Values) -> Option<Text> {
    check::told(
        HallCode::parse(values.get("code")),
        ("请输入办理码", "Enter the code"),
    )
}

#[hook]
pub fn use_lookup_form() -> Form {
    use_form(FORM, FIELDS, wrong)
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub form: Form,
    pub oncase: Callback<HallCase>,
}

/// Takes the code: typed, by a hand scanner that types, or by the camera.
#[component]
pub fn Lookup(props: &Props) -> Html {
    let s = i18n::staff(use_locale());
    let (api, staff) = (use_api(), use_staff());
    let task = use_task();
    let form = &props.form;
    // Whoever serves the next person can type, or scan, at once; the page's heading has the focus first.
    use_effect_with((), |()| {
        let later = Timeout::new(0, || browser::focus("code"));
        move || drop(later)
    });
    let take = {
        let (form, task, oncase) = (form.clone(), task.clone(), props.oncase.clone());
        Callback::from(move |code: String| {
            let (form, staff, oncase) = (form.clone(), staff.clone(), oncase.clone());
            task.run(async move {
                match api.hall_lookup(code).await {
                    Ok(case) => {
                        form.set("code", "");
                        form.clear_errors();
                        oncase.emit(case);
                    }
                    Err(failure) => {
                        staff.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    let onsubmit = {
        let (form, take) = (form.clone(), take.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if form.accept(FIELDS) {
                take.emit(form.value("code"));
            }
        })
    };
    html! {
        <>
            <p class="lead">{ s.lookup_lead }</p>
            <form id="lookup-form" novalidate=true {onsubmit}>
                <TextField form={form.clone()} name="code" label={s.hall_code} hint={s.hall_code_hint} inputmode="numeric" width={Width::Medium} class="input--code" />
                <div class="actions">
                    <Button id="submit" submit=true busy={task.busy()} busy_label={s.looking_up}>{ s.look_up }</Button>
                </div>
            </form>
            <CodeCamera onfound={take} />
        </>
    }
}

#[derive(Clone, PartialEq)]
enum State {
    Closed,
    Starting,
    Looking,
    Refused,
}

#[derive(Properties, PartialEq)]
struct CameraProps {
    onfound: Callback<String>,
}

/// Reads the code off the person's phone by the camera of this computer.
#[component]
fn CodeCamera(props: &CameraProps) -> Html {
    let s = i18n::staff(use_locale());
    let video = use_node_ref();
    let state = use_state(|| State::Closed);
    let camera = use_mut_ref(|| None::<Camera>);
    let here = use_mut_ref(|| true);
    {
        // Leaving the page closes the camera, also one that is still being opened.
        let (camera, here) = (camera.clone(), here.clone());
        use_effect_with((), move |()| {
            move || {
                *here.borrow_mut() = false;
                camera.borrow_mut().take();
            }
        });
    }
    let start = {
        let (state, camera, video) = (state.clone(), camera.clone(), video.clone());
        let onfound = props.onfound.clone();
        Callback::from(move |()| {
            let Some(video) = video.cast::<Element>() else {
                return;
            };
            state.set(State::Starting);
            let (state, camera, here) = (state.clone(), camera.clone(), here.clone());
            let onfound = onfound.clone();
            let found = Rc::new(move |text: String| {
                // Whatever else is held before the camera is no code.
                if HallCode::parse(&text).is_ok() {
                    onfound.emit(text);
                }
            });
            spawn_local(async move {
                let opened = Camera::open(&video, move |text| found(text)).await;
                if *here.borrow() {
                    state.set(if opened.is_some() {
                        State::Looking
                    } else {
                        State::Refused
                    });
                    *camera.borrow_mut() = opened;
                }
            });
        })
    };
    let stop = {
        let state = state.clone();
        Callback::from(move |()| {
            camera.borrow_mut().take();
            state.set(State::Closed);
        })
    };
    let looking = *state == State::Looking;
    html! {
        <section class="tips">
            if *state == State::Refused {
                <Notice tone={Tone::Wait} id="camera-refused" live=true><p>{ s.camera_refused }</p></Notice>
            }
            <div class={classes!("camera", looking.then_some("camera--on"))}>
                <video ref={video} id="camera" playsinline=true muted=true></video>
            </div>
            if looking {
                <p role="status">{ s.camera_looking }</p>
                <Button id="stop-camera" kind={ButtonKind::Secondary} onclick={stop}>{ s.camera_stop }</Button>
            } else {
                <p class="muted">{ s.camera_why }</p>
                <Button id="start-camera" kind={ButtonKind::Secondary} busy={*state == State::Starting} onclick={start}>{ s.camera_start }</Button>
            }
        </section>
    }
}
