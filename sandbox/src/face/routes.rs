//! `GET /clips/{who}.mjpeg`, `GET /id-cards/{who}/{side}.jpg`, `GET /portraits/{who}.png`

use std::sync::Arc;

use poem::{
    IntoResponse, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{
    Action,
    canvas::jpeg,
    card,
    clip::Clip,
    mark::Who,
    scene::{self, Pose},
};
use crate::State;

#[derive(Deserialize)]
struct Wanted {
    /// `blink,nod,open-mouth,shake`, in the order they are to be done.
    actions: Option<String>,
    /// `screen`: shown on a telephone that is held before the camera.
    through: Option<String>,
    fps: Option<u32>,
    seconds: Option<f32>,
}

#[handler]
pub async fn clip(name: Path<String>, wanted: Query<Wanted>) -> Response {
    let Some(who) = name.strip_suffix(".mjpeg").and_then(Who::parse) else {
        return StatusCode::NOT_FOUND.into();
    };
    let actions: Option<Vec<Action>> = wanted
        .actions
        .as_deref()
        .unwrap_or_default()
        .split(',')
        .filter(|word| !word.is_empty())
        .map(Action::parse)
        .collect();
    let (fps, seconds) = (wanted.fps.unwrap_or(30), wanted.seconds.unwrap_or(3.0));
    let on_screen = match wanted.through.as_deref() {
        None => Some(false),
        Some("screen") => Some(true),
        Some(_) => None,
    };
    let (Some(actions), Some(on_screen), 1..=30, 1.0..=10.0) = (actions, on_screen, fps, seconds)
    else {
        return refuse(
            "actions are blink, nod, open-mouth, shake; through is screen; fps is 1 to 30; seconds is 1 to 10",
        );
    };
    if actions.len() > 8 {
        return refuse("at most 8 actions");
    }
    let clip = Clip {
        who,
        actions,
        on_screen,
        frames_a_second: fps,
        seconds,
    };
    drawn("video/x-motion-jpeg", move || clip.bytes()).await
}

#[handler]
pub async fn id_card(
    Path((who, side)): Path<(String, String)>,
    state: Data<&Arc<State>>,
) -> Response {
    let Some(who) = Who::parse(&who) else {
        return StatusCode::NOT_FOUND.into();
    };
    let state = Arc::clone(*state);
    match side.as_str() {
        "front.jpg" => drawn("image/jpeg", move || card::front(&state.population, who)).await,
        "back.jpg" => drawn("image/jpeg", move || card::back(who)).await,
        _ => StatusCode::NOT_FOUND.into(),
    }
}

/// A portrait with its badge.
pub async fn portrait(who: &str, jpg: bool) -> Response {
    let Some(who) = Who::parse(who) else {
        return StatusCode::NOT_FOUND.into();
    };
    let picture = move || {
        let scene = scene::draw(who, Pose::default());
        let side = scene.height();
        image::imageops::crop_imm(&scene, (scene.width() - side) / 2, 0, side, side).to_image()
    };
    if jpg {
        return drawn("image/jpeg", move || jpeg(&picture())).await;
    }
    drawn("image/png", move || {
        let mut bytes = std::io::Cursor::new(Vec::new());
        match picture().write_to(&mut bytes, image::ImageFormat::Png) {
            Ok(()) => bytes.into_inner(),
            Err(_) => Vec::new(),
        }
    })
    .await
}

async fn drawn(kind: &'static str, draw: impl FnOnce() -> Vec<u8> + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(draw).await {
        Ok(bytes) => Response::builder().content_type(kind).body(bytes),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into(),
    }
}

fn refuse(detail: &str) -> Response {
    poem::web::Json(serde_json::json!({"status": 422, "detail": detail}))
        .with_status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response()
}

/// The pictures of a clip. Inside a JPEG's data no byte 0xFF is followed by 0xD9 but at its end.
#[cfg(test)]
pub fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    let mut begin = 0;
    for end in 2..=bytes.len() {
        if bytes[end - 2..end] == [0xff, 0xd9] {
            frames.push(bytes[begin..end].to_vec());
            begin = end;
        }
    }
    frames
}
