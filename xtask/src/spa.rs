//! Builds the web pages: Rust to wasm, bindings, hashed names, compressed copies.
//!
//! `trunk` would do the same, but must itself be built for ten minutes or downloaded; the library that it calls is
//! called here. `wasm-opt` is left out: the one that Debian ships breaks modules with more than one table, and a newer
//! one saves little after brotli.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::shell::{cargo, root, step, target};

const COMPRESSED: [&str; 7] = ["html", "js", "css", "wasm", "svg", "webmanifest", "txt"];

/// Fills `frontend/dist`, unless nothing has changed since it was filled.
pub fn build() -> anyhow::Result<()> {
    let root = root()?;
    let dist = root.join("frontend/dist");
    let stamp = stamp(&root)?;
    if fs::read_to_string(dist.join(".stamp")).is_ok_and(|known| known == stamp) {
        println!("==> web pages: unchanged");
        return Ok(());
    }
    step(
        "web pages (the first time takes about two minutes)",
        cargo().args([
            "build",
            "-p",
            "renzheng-frontend",
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            "wasm-release",
        ]),
    )?;
    let wasm = target()?.join("wasm32-unknown-unknown/wasm-release/renzheng-frontend.wasm");
    let work = target()?.join("spa");
    remove(&work)?;
    fs::create_dir_all(&work)?;
    Bindgen::new()
        .input_path(&wasm)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .generate(&work)
        .context("wasm-bindgen")?;

    remove(&dist)?;
    copy_folder(&root.join("frontend/static"), &dist)?;
    let wasm = keep(
        &dist,
        "app_bg",
        "wasm",
        &fs::read(work.join("app_bg.wasm"))?,
    )?;
    let script = fs::read_to_string(work.join("app.js"))?.replace("app_bg.wasm", &wasm);
    let script = keep(&dist, "app", "js", script.as_bytes())?;
    let boot = format!(
        "import init from './{script}';\n\
         init({{ module_or_path: new URL('./{wasm}', import.meta.url) }})\n\
           .catch((error) => {{ console.error(error); document.querySelector('#app')?.classList.add('boot--failed'); }});\n"
    );
    let boot = keep(&dist, "boot", "js", boot.as_bytes())?;
    let style = keep(&dist, "style", "css", &styles(&root)?)?;
    let icon = keep(
        &dist,
        "icon",
        "svg",
        &fs::read(root.join("frontend/static/icon.svg"))?,
    )?;
    let index = fs::read_to_string(root.join("frontend/index.html"))?
        .replace("{{style}}", &format!("/{style}"))
        .replace("{{script}}", &format!("/{boot}"))
        .replace("{{icon}}", &format!("/{icon}"));
    if index.contains("{{") {
        bail!("frontend/index.html has a placeholder that is not known");
    }
    fs::write(dist.join("index.html"), index)?;
    compress(&dist)?;
    fs::write(dist.join(".stamp"), stamp)?;
    Ok(())
}

/// A digest of everything the pages are made of.
fn stamp(root: &Path) -> anyhow::Result<String> {
    let mut files = vec![root.join("Cargo.lock"), root.join("Cargo.toml")];
    for folder in ["frontend", "types", "xtask/src"] {
        list(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        if file.components().any(|part| part.as_os_str() == "dist") {
            continue;
        }
        digest.update(
            file.strip_prefix(root)
                .unwrap_or(&file)
                .to_string_lossy()
                .as_bytes(),
        );
        digest.update(fs::read(&file)?);
    }
    Ok(hex::encode(digest.finalize()))
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn styles(root: &Path) -> anyhow::Result<Vec<u8>> {
    let mut files = Vec::new();
    list(&root.join("frontend/style"), &mut files)?;
    files.sort();
    let mut all = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|kind| kind == "css"))
    {
        all.extend(fs::read(file)?);
        all.push(b'\n');
    }
    Ok(all)
}

/// Writes a file under a name that holds its hash, and answers the name.
fn keep(dist: &Path, stem: &str, kind: &str, bytes: &[u8]) -> anyhow::Result<String> {
    let hash = hex::encode(&Sha256::digest(bytes)[..8]);
    let name = format!("{stem}-{hash}.{kind}");
    fs::write(dist.join(&name), bytes)?;
    Ok(name)
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Puts a `.br` beside each file that gets smaller by it, and says how large everything is.
fn compress(dist: &Path) -> anyhow::Result<()> {
    let mut files = Vec::new();
    list(dist, &mut files)?;
    files.sort();
    let (mut raw, mut wire) = (0, 0);
    for file in files {
        let kind = file
            .extension()
            .and_then(|kind| kind.to_str())
            .unwrap_or_default();
        let bytes = fs::read(&file)?;
        if !COMPRESSED.contains(&kind) {
            continue;
        }
        let mut small = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 22,
            ..Default::default()
        };
        brotli::BrotliCompress(&mut bytes.as_slice(), &mut small, &parameters)?;
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        println!(
            "    {name}: {} kB, {} kB brotli",
            bytes.len() / 1000,
            small.len() / 1000
        );
        raw += bytes.len();
        wire += small.len();
        fs::write(file.with_file_name(format!("{name}.br")), small)?;
    }
    println!(
        "    together: {} kB, {} kB over the wire",
        raw / 1000,
        wire / 1000
    );
    Ok(())
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}
