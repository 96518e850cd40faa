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

/// Joins the groups of pages to the program when they are fetched.
const LINKER: &str = "./app_link.js";

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
        cargo()
            .args([
                "build",
                "-p",
                "renzheng-frontend",
                "--target",
                "wasm32-unknown-unknown",
                "--profile",
                "wasm-release",
            ])
            // What the split needs to know who calls whom.
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                "-Clink-args=--emit-relocs",
            ),
    )?;
    let wasm = target()?.join("wasm32-unknown-unknown/wasm-release/renzheng-frontend.wasm");
    let work = target()?.join("spa");
    remove(&work)?;
    fs::create_dir_all(&work)?;
    let groups = split(&fs::read(&wasm)?, &work)?;
    Bindgen::new()
        .input_path(work.join("main.wasm"))
        .out_name("app")
        .web(true)?
        .typescript(false)
        // The groups share the table of functions.
        .keep_lld_exports(true)
        .remove_name_section(true)
        .remove_producers_section(true)
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
    // The two scripts name each other, so that neither can be named by its content: both are named
    // by the program's, of which they are made.
    let (script, linker) = (
        wasm.replace("app_bg", "app").replace(".wasm", ".js"),
        wasm.replace("app_bg", "app_link").replace(".wasm", ".js"),
    );
    let app = fs::read_to_string(work.join("app.js"))?
        .replace("app_bg.wasm", &wasm)
        // Where it is fetched from; what the program calls it stays.
        .replace(
            &format!("from \"{LINKER}\""),
            &format!("from \"./{linker}\""),
        );
    fs::write(dist.join(&script), app)?;
    let mut links =
        fs::read_to_string(work.join(LINKER))?.replace("./app.js", &format!("./{script}"));
    for group in &groups {
        let stem = group.file_stem().unwrap_or_default().to_string_lossy();
        let name = keep(
            &dist,
            &format!("lazy-{stem}"),
            "wasm",
            &without_names(&fs::read(group)?)?,
        )?;
        links = links.replace(&format!("./{stem}.wasm"), &format!("./{name}"));
    }
    fs::write(dist.join(&linker), links)?;
    let scanner = scanner(&root, &dist)?;
    let passkey = keep(
        &dist,
        "lazy-passkey",
        "js",
        &fs::read(root.join("frontend/script/passkey.js"))?,
    )?;
    let face = keep(
        &dist,
        "lazy-face",
        "js",
        &fs::read(root.join("frontend/script/face.js"))?,
    )?;
    let chart = chart(&root, &dist)?;
    let console = keep(
        &dist,
        "lazy-console",
        "css",
        &fs::read(root.join("frontend/later/console.css"))?,
    )?;
    let boot = format!(
        "import init from './{script}';\n\
         window.openScanner = async (video, found) => (await import('./{scanner}')).open(video, found);\n\
         window.askPasskey = async (act, asked) => (await import('./{passkey}'))[act](asked);\n\
         window.loadFace = () => import('./{face}');\n\
         window.loadChart = () => import('./{chart}');\n\
         window.styleConsole = () => new Promise((done) => {{\n\
           if (document.getElementById('console-style')) return done();\n\
           const link = Object.assign(document.createElement('link'), {{ id: 'console-style', rel: 'stylesheet', href: '/{console}' }});\n\
           link.onload = link.onerror = done;\n\
           document.head.append(link);\n\
         }});\n\
         init({{ module_or_path: new URL('./{wasm}', import.meta.url) }})\n\
           .catch((error) => {{ console.error(error); document.querySelector('#app')?.classList.add('boot--failed'); }})\n\
           .finally(() => navigator.serviceWorker?.register('/sw.js').catch(() => {{}}));\n"
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
        .replace("{{program}}", &format!("/{wasm}"))
        .replace("{{bindings}}", &format!("/{script}"))
        .replace("{{linker}}", &format!("/{linker}"))
        .replace("{{icon}}", &format!("/{icon}"));
    if index.contains("{{") {
        bail!("frontend/index.html has a placeholder that is not known");
    }
    fs::write(dist.join("index.html"), &index)?;
    service_worker(
        &root,
        &dist,
        &index,
        &[&wasm, &script, &linker, &boot, &style, &icon],
    )?;
    compress(&dist)?;
    fs::write(dist.join(".stamp"), stamp)?;
    Ok(())
}

/// Takes the groups of `page/deferred.rs` out of the program; what remains is `main.wasm`.
fn split(wasm: &[u8], work: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let main = work.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = work;
    options.main_out_path = &main;
    options.main_module = "./app.js";
    options.link_name = LINKER;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("split: {error:#}"))?;
    Ok(split.split_modules)
}

/// A module without its custom sections: names help nobody in a browser.
fn without_names(wasm: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut module = wasm_encoder::Module::new();
    for payload in wasmparser::Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if matches!(payload, wasmparser::Payload::CustomSection(_)) {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            let data = wasm.get(range).context("a section within its module")?;
            module.section(&wasm_encoder::RawSection { id, data });
        }
    }
    Ok(module.finish())
}

/// What reads codes from the camera, and answers its name. Only the page that scans loads it.
fn scanner(root: &Path, dist: &Path) -> anyhow::Result<String> {
    let decoder = fs::read_to_string(root.join("frontend/vendor/jsqr.js"))?;
    let decoder = module(&decoder);
    let decoder = keep(dist, "lazy-jsqr", "js", decoder.as_bytes())?;
    let scanner =
        fs::read_to_string(root.join("frontend/script/scanner.js"))?.replace("{{jsqr}}", &decoder);
    keep(dist, "lazy-scanner", "js", scanner.as_bytes())
}

/// What draws charts, and answers its name. Only pages with charts load it.
fn chart(root: &Path, dist: &Path) -> anyhow::Result<String> {
    let library = module(&fs::read_to_string(root.join("frontend/vendor/chart.js"))?);
    let library = keep(dist, "lazy-chartjs", "js", library.as_bytes())?;
    let chart =
        fs::read_to_string(root.join("frontend/script/chart.js"))?.replace("{{chartjs}}", &library);
    keep(dist, "lazy-chart", "js", chart.as_bytes())
}

/// A script of the time before modules, as one.
fn module(script: &str) -> String {
    format!(
        "const exports = {{}}, module = {{ exports }};\n{script}\n\
         export default module.exports.default ?? module.exports;\n"
    )
}

/// What makes the pages installable: it keeps the hashed files and the index, nothing else.
fn service_worker(root: &Path, dist: &Path, index: &str, files: &[&String]) -> anyhow::Result<()> {
    let mut shell = vec!["/".to_owned()];
    shell.extend(files.iter().map(|name| format!("/{name}")));
    let version = hex::encode(&Sha256::digest(index)[..8]);
    let worker = fs::read_to_string(root.join("frontend/script/sw.js"))?
        .replace("{{version}}", &version)
        .replace("{{shell}}", &format!("{shell:?}"));
    fs::write(dist.join("sw.js"), worker)?;
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
        // The rest is loaded when it is needed, or by the browser alone.
        if ["index", "app", "boot", "style"]
            .iter()
            .any(|first| name.starts_with(first))
        {
            raw += bytes.len();
            wire += small.len();
        }
        fs::write(file.with_file_name(format!("{name}.br")), small)?;
    }
    println!(
        "    first load: {} kB, {} kB over the wire",
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
