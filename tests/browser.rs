//! A real browser, steered over WebDriver: chromium by its chromedriver, with plain HTTP on this machine.
//!
//! Comes in: pages as files, scripts, keys, clicks. Goes out: what scripts give back, what the console said, what was asked of
//! the network. Not here: what a page should be. Without a browser a test says so and is over; where `CI` is set it fails.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a page may take until it is ready, on a machine that does other things besides.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one window. It ends with this.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: TempDir,
}

/// Where the programs are; nothing where they are not, which is said where it is seen, in a test that passes too.
fn programs() -> Option<(PathBuf, PathBuf)> {
    let find = |names: &[&str]| {
        let paths = std::env::var_os("PATH")?;
        let all = std::env::split_paths(&paths).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
        all.into_iter().find(|path| path.is_file())
    };
    let found = find(&["chromium", "chromium-browser", "google-chrome"]).zip(find(&["chromedriver"]));
    if found.is_none() {
        let told = "no chromium with chromedriver is here: apt-get install chromium chromium-driver";
        assert!(std::env::var_os("CI").is_none(), "{told}");
        // Not `eprintln!`, which is kept from view when a test passes.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {told}");
    }
    found
}

impl Browser {
    /// Starts a browser with a fresh profile, a window of this size and some more flags.
    pub(crate) fn start([width, height]: [u32; 2], flags: &[&str]) -> Option<Self> {
        let (chromium, chromedriver) = programs()?;
        let profile = TempDir::new().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new(chromedriver)
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver can be started");
        let mut browser = Self { driver, port, session: String::new(), profile };
        browser.wait_for_driver();
        let mut args = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--force-device-scale-factor=1",
        ]
        .map(str::to_owned)
        .to_vec();
        args.push(format!("--user-data-dir={}", browser.profile.path().display()));
        args.push(format!("--window-size={width},{height}"));
        args.extend(flags.iter().map(|flag| (*flag).to_owned()));
        let asked = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"binary": chromium, "args": args, "prefs": {"intl.accept_languages": "zh-CN"}},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let session = browser.call("POST", "/session", Some(&asked));
        browser.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        Some(browser)
    }

    fn wait_for_driver(&self) {
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "chromedriver does not answer");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let body = body.map_or_else(String::new, Value::to_string);
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("chromedriver runs");
        stream.set_read_timeout(Some(2 * PATIENCE)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: \
             {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .unwrap();
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).expect("an answer of chromedriver");
            let (name, value) = line.split_once(':').unwrap_or((line.trim(), ""));
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut text = vec![0; length];
        answer.read_exact(&mut text).expect("a whole answer of chromedriver");
        let answer: Value = serde_json::from_slice(&text).expect("chromedriver answers in JSON");
        let value = answer["value"].clone();
        assert!(value.get("error").is_none_or(Value::is_null), "{path}: {value}");
        value
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("{}{path}", self.session), Some(body))
    }

    /// Opens a file, with what follows `#`, and waits until it is ready; gives the time from its start to that.
    pub(crate) fn open(&self, file: &Path, hash: &str) -> Duration {
        let file = fs::canonicalize(file).unwrap();
        self.post("/url", &json!({"url": "about:blank"}));
        self.logged("performance");
        self.post("/url", &json!({"url": format!("file://{}{hash}", file.display())}));
        let began = Instant::now();
        loop {
            let ready = self.run("return document.documentElement.dataset.ready === 'yes' && performance.now()", &[]);
            if let Some(milliseconds) = ready.as_f64() {
                return Duration::from_secs_f64(milliseconds / 1e3);
            }
            assert!(began.elapsed() < PATIENCE, "{} is not ready; {:?}", file.display(), self.complaints());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs a script and gives what it returns.
    pub(crate) fn run(&self, script: &str, args: &[Value]) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": args}))
    }

    /// Clicks at a place of the window.
    pub(crate) fn click(&self, x: f64, y: f64) {
        let moved = json!({"type": "pointerMove", "duration": 0, "x": x.round() as i64, "y": y.round() as i64});
        let steps = json!([moved, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]);
        self.post("/actions", &json!({"actions": [{"type": "pointer", "id": "mouse", "actions": steps}]}));
    }

    /// Presses keys, one after the other. Keys without a letter have the code points of WebDriver.
    pub(crate) fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            let key = key.to_string();
            [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
        });
        let strokes: Vec<Value> = strokes.collect();
        self.post("/actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]}));
    }

    /// The page on paper, as PDF in base64.
    pub(crate) fn printed(&self, width_cm: f64, height_cm: f64) -> String {
        let page = json!({"width": width_cm, "height": height_cm});
        let asked = json!({"orientation": "landscape", "background": true, "page": page});
        self.post("/print", &asked).as_str().unwrap().to_owned()
    }

    fn logged(&self, kind: &str) -> Vec<Value> {
        let log = self.post("/se/log", &json!({"type": kind}));
        log.as_array().cloned().unwrap_or_default()
    }

    /// Errors and warnings in the console.
    pub(crate) fn complaints(&self) -> Vec<String> {
        // The tests read pixels back, a page does not; the browser advises on that.
        let advice = |entry: &Value| entry["message"].to_string().contains("willReadFrequently");
        let bad =
            |entry: &&Value| ["SEVERE", "WARNING"].contains(&entry["level"].as_str().unwrap_or("")) && !advice(entry);
        self.logged("browser").iter().filter(bad).map(|entry| entry["message"].to_string()).collect()
    }

    /// All that was asked for since the page was opened, by address; what a browser asks itself is not among it.
    pub(crate) fn requests(&self) -> Vec<String> {
        let events = self.logged("performance");
        let told = events.iter().filter_map(|event| serde_json::from_str::<Value>(event["message"].as_str()?).ok());
        let sent = told.filter(|event| event["message"]["method"] == "Network.requestWillBeSent");
        let addresses =
            sent.filter_map(|event| event["message"]["params"]["request"]["url"].as_str().map(str::to_owned));
        addresses.filter(|address| !address.starts_with("chrome://") && address != "about:blank").collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.call("DELETE", &self.session, None);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
