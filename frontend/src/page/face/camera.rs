//! What the page asks of the browser: its camera, and smaller photos.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Url};

/// The longest side of a photo that is sent.
const LONGEST: u32 = 2000;

/// An open camera; closed when dropped.
pub struct Camera(JsValue);

/// A picture that it took.
pub struct Taken {
    /// A JPEG.
    pub picture: JsValue,
    /// How light it is there: 0 to 255.
    pub light: f64,
}

impl Camera {
    /// Asks for the camera and shows it in `video`. None when it can't be had.
    pub async fn open(video: &Element) -> Option<Self> {
        let opened = call(&script().await?, "open", &[video.into()]).ok()?;
        JsFuture::from(Promise::from(opened)).await.ok().map(Self)
    }

    /// Takes a picture. None when there is nothing to be seen.
    pub async fn take(&self) -> Option<Taken> {
        let taking = call(&self.0, "take", &[]).ok()?;
        let taken = JsFuture::from(Promise::from(taking)).await.ok()?;
        Some(Taken {
            picture: Reflect::get(&taken, &"picture".into()).ok()?,
            light: Reflect::get(&taken, &"light".into()).ok()?.as_f64()?,
        })
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        let _ = call(&self.0, "close", &[]);
    }
}

/// A photo as a JPEG of a size that can be sent by phone. None when the file is no picture.
pub async fn shrink(file: &JsValue) -> Option<JsValue> {
    let arguments = [file.clone(), LONGEST.into()];
    let shrinking = call(&script().await?, "shrink", &arguments).ok()?;
    JsFuture::from(Promise::from(shrinking)).await.ok()
}

/// Where a picture can be shown from, until it is let go.
#[derive(PartialEq)]
pub struct Shown(String);

impl Shown {
    pub fn of(picture: &JsValue) -> Option<Self> {
        let url = Url::create_object_url_with_blob(picture.unchecked_ref()).ok()?;
        Some(Self(url))
    }

    pub fn url(&self) -> &str {
        &self.0
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// Set by the boot script: what works the camera is fetched only when it is needed.
async fn script() -> Option<JsValue> {
    let load = Reflect::get(&web_sys::window()?.into(), &"loadFace".into()).ok()?;
    let loading = load.dyn_ref::<Function>()?.call0(&JsValue::NULL).ok()?;
    JsFuture::from(Promise::from(loading)).await.ok()
}

fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(object, &name.into())?.dyn_into()?;
    function.apply(object, &arguments.iter().collect())
}
