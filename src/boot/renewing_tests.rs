//! The client follows its key file and its settings, against a sandbox and files that change.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt};

use tempfile::TempDir;

use super::*;
use crate::{
    cli,
    i18n::Lang,
    sandbox::{self, Sandbox, SandboxOptions},
};

const RIGHT: &str = "the-right-key";

struct House {
    dir: TempDir,
    sandbox: Sandbox,
}

impl House {
    async fn new() -> Self {
        let options = SandboxOptions { key: RIGHT.into(), ..SandboxOptions::default() };
        let house = Self { dir: tempfile::tempdir().unwrap(), sandbox: sandbox::start(options).await.unwrap() };
        house.key("a-wrong-key", 0o600);
        house.settings(&house.sandbox.base_url(), "");
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// As a careful person does it: the file is whole at once.
    fn key(&self, key: &str, mode: u32) {
        self.key_in("key", key, mode);
    }

    fn key_in(&self, name: &str, key: &str, mode: u32) {
        let new = self.path("new");
        fs::write(&new, format!("{key}\n")).unwrap();
        fs::set_permissions(&new, fs::Permissions::from_mode(mode)).unwrap();
        fs::rename(new, self.path(name)).unwrap();
    }

    fn settings(&self, base_url: &str, more: &str) {
        let key = self.path("key");
        let text = format!("[oktopos]\nbase_url = \"{base_url}\"\napi_key_file = \"{}\"\n{more}", key.display());
        fs::write(self.path("config.toml"), text).unwrap();
    }

    fn client(&self, variable: Option<&str>) -> Renewing {
        let environment = Environment {
            config: None,
            arguments: ["oktodesk", "--config"]
                .map(Into::into)
                .into_iter()
                .chain([self.path("config.toml").into()])
                .collect(),
            settings: BTreeMap::new(),
            api_key: variable.map(SecretString::from),
            locale: "en".into(),
            term: None,
            is_in_tmux: false,
            scratch: Vec::new(),
            places: None,
        };
        let texts = Texts::load(Lang::En);
        let mut arguments = environment.arguments.clone();
        arguments.extend(["--data-dir".into(), self.path("data").into()]);
        let args = cli::help::parse(arguments, &texts).ok().unwrap();
        let setup = Setup::read(&environment, &args).unwrap();
        Renewing::new(&setup, &environment).unwrap()
    }
}

async fn is_accepted(client: &Renewing) -> bool {
    match client.ready_orders().await {
        Ok(_) => true,
        Err(PosError::KeyRefused { .. }) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_key_file_that_is_replaced_is_used_from_the_next_call_on() {
    let house = House::new().await;
    let client = house.client(None);
    for _ in 0..2 {
        assert_eq!(client.renew().await, Renewed::Same, "nothing was changed");
    }
    assert!(!is_accepted(&client).await);
    house.key("a-wrong-key", 0o600);
    assert_eq!(client.renew().await, Renewed::Same, "the file is another one, the key is not");
    house.key("half-a-new-", 0o600);
    assert_eq!(client.renew().await, Renewed::Changed);
    assert!(!is_accepted(&client).await);
    house.key(RIGHT, 0o600);
    assert_eq!(client.renew().await, Renewed::Changed);
    assert!(is_accepted(&client).await);
    assert_eq!(client.renew().await, Renewed::Same);
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_told_once_and_the_calls_go_on_as_before() {
    let house = House::new().await;
    house.key(RIGHT, 0o600);
    let client = house.client(None);
    for (key, mode, words) in [("two words", 0o600, "key"), ("open-to-others", 0o644, "644")] {
        house.key(key, mode);
        let renewed = client.renew().await;
        let Renewed::Unusable { reason } = &renewed else { panic!("{renewed:?}") };
        assert!(reason.contains(words) && !reason.contains(key), "{reason}");
        assert_eq!(client.renew().await, Renewed::Same, "once for a change");
        assert!(is_accepted(&client).await);
    }
    // The same file, with its mode set right.
    fs::set_permissions(house.path("key"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(client.renew().await, Renewed::Changed);
    assert!(!is_accepted(&client).await);
    fs::remove_file(house.path("key")).unwrap();
    assert!(matches!(client.renew().await, Renewed::Unusable { .. }));
    house.key(RIGHT, 0o600);
    assert_eq!(client.renew().await, Renewed::Changed);
    assert!(is_accepted(&client).await);
}

#[tokio::test]
async fn settings_of_the_calls_are_followed_and_another_address_is_not() {
    let house = House::new().await;
    house.key(RIGHT, 0o600);
    let url = house.sandbox.base_url();
    house.settings(&url, "header = \"X-OTHER\"\n");
    let client = house.client(None);
    assert!(!is_accepted(&client).await);
    house.settings(&url, "header = X-API-KEY");
    let renewed = client.renew().await;
    assert!(matches!(&renewed, Renewed::Unusable { reason } if reason.contains("config.toml")), "{renewed:?}");
    house.settings(&url, "");
    assert_eq!(client.renew().await, Renewed::Changed);
    assert!(is_accepted(&client).await);
    // A key file of another name is the one that is watched from then on.
    house.key_in("second", "a-wrong-key", 0o600);
    let second = house.path("second");
    let text = format!("[oktopos]\nbase_url = \"{url}\"\napi_key_file = \"{}\"\n", second.display());
    fs::write(house.path("config.toml"), text).unwrap();
    assert_eq!(client.renew().await, Renewed::Changed);
    assert!(!is_accepted(&client).await);
    house.key_in("second", RIGHT, 0o600);
    assert_eq!(client.renew().await, Renewed::Changed);
    assert!(is_accepted(&client).await);

    house.key("the-key-of-the-other-address", 0o600);
    house.settings("https://other.example/v1", "");
    let renewed = client.renew().await;
    assert!(
        matches!(&renewed, Renewed::OtherAddress { base_url } if base_url.contains("other.example")),
        "{renewed:?}"
    );
    assert_eq!(client.renew().await, Renewed::Same, "said once");
    assert_eq!(client.base_url(), url.trim_end_matches('/'));
    assert!(is_accepted(&client).await, "neither the address nor its key is used");
}

#[tokio::test]
async fn a_key_of_the_environment_stays_whatever_the_file_says() {
    let house = House::new().await;
    let client = house.client(Some(RIGHT));
    house.key("another-wrong-key", 0o600);
    assert_eq!(client.renew().await, Renewed::Same);
    assert!(is_accepted(&client).await);
}
