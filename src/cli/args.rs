//! The command line, declared once. Its words are in the language files (`help.*`); its names are a contract.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::send;
use crate::{
    domain::order::{OrderType, delivery::Delivery},
    i18n::Lang,
};

/// Everything that can stand on the command line.
#[derive(Debug, Clone, Parser)]
#[command(name = "oktodesk", version, disable_help_subcommand = true)]
pub struct Args {
    /// Configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where orders are kept.
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Language.
    #[arg(long, global = true, value_name = "de|en")]
    pub lang: Option<Lang>,
    /// What to do; the desk itself without one.
    #[command(subcommand)]
    pub command: Option<CliCommand>,
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub enum CliCommand {
    /// The desk against a sandbox of its own.
    Demo,
    /// An OktoPOS of our own, on loopback.
    Sandbox(SandboxArgs),
    /// Orders from a file.
    Send(SendArgs),
    /// The orders of the journal.
    Orders(OrdersArgs),
    /// Set an order's status.
    Status(StatusArgs),
    /// Send an unknown order again.
    Resend(OrderArg),
    /// An unknown order has arrived.
    Settle(SettleArgs),
    /// Take back an order that was not sent.
    Cancel(OrderArg),
    /// What waits.
    Outbox(OutboxArgs),
    /// The end of the day.
    Day,
    /// A number rings: the running desk shows it.
    Call(CallArgs),
    /// Guests.
    Customer {
        /// What to do with them.
        #[command(subcommand)]
        command: CustomerCommand,
    },
    /// The file that holds the orders.
    Journal {
        /// What to do with it.
        #[command(subcommand)]
        command: JournalCommand,
    },
    /// Copy the journal into a file.
    Backup {
        /// A file that does not exist yet.
        #[arg(value_name = "FILE")]
        to: PathBuf,
    },
    /// Make a journal of a backup.
    Restore {
        /// What `backup` wrote.
        #[arg(value_name = "FILE")]
        from: PathBuf,
    },
    /// The articles.
    Catalog {
        /// What to do with them.
        #[command(subcommand)]
        command: CatalogCommand,
    },
    /// The settings.
    Config {
        /// What to do with them.
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// The first settings.
    Init(InitArgs),
    /// Checks everything the desk needs.
    Doctor(DoctorArgs),
    /// Completion for a shell.
    Completions {
        /// Which shell.
        #[arg(value_name = "SHELL", value_enum)]
        shell: Shell,
    },
    /// The manual page of the program or of a command.
    Man(TopicArgs),
    /// Help for the program or for a command.
    Help(TopicArgs),
}

/// `help` and `man`.
#[derive(Debug, Clone, ClapArgs)]
pub struct TopicArgs {
    /// The command, as it is typed: `catalog sync`; the whole program without one.
    #[arg(value_name = "COMMAND")]
    pub topic: Vec<String>,
}

/// `sandbox`.
#[derive(Debug, Clone, ClapArgs)]
pub struct SandboxArgs {
    /// Port on loopback, 0 for a free one.
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub port: u16,
    /// The key it accepts. It guards nothing; a real key is never an argument.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// This many generated articles beyond the menu.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub articles: Option<usize>,
    /// Id of the first distribution channel, for an instance whose channels are not 1 and 2.
    #[arg(long, value_name = "ID", default_value_t = 1, allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    pub channel_base: i64,
    /// What goes wrong, and when.
    #[arg(long, value_name = "SPEC")]
    pub faults: Option<String>,
    /// An order of a made-up web shop comes in every so many seconds.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub web_shop: Option<u64>,
    /// One JSON line per request goes here.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
}

/// `send`.
#[derive(Debug, Clone, ClapArgs)]
pub struct SendArgs {
    /// A file, or `-` for standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only record.
    #[arg(long)]
    pub no_wait: bool,
    /// What the ids of orders without one are made of, together with their lines.
    #[arg(long, value_name = "NAME", value_parser = send::key::parse)]
    pub key: Option<String>,
}

/// `orders`.
#[derive(Debug, Clone, ClapArgs)]
pub struct OrdersArgs {
    /// JSON lines; they are anyway.
    #[arg(long)]
    pub json: bool,
    /// Only orders with this delivery.
    #[arg(long, value_name = "D", value_parser = delivery_word)]
    pub delivery: Option<String>,
    /// Only orders with this status.
    #[arg(long, value_name = "S")]
    pub status: Option<String>,
    /// Go on with every order that changes.
    #[arg(long)]
    pub watch: bool,
    /// Customer data too.
    #[arg(long)]
    pub with_customer: bool,
}

/// `status`.
#[derive(Debug, Clone, ClapArgs)]
pub struct StatusArgs {
    /// `orderId` or `internalId`.
    #[arg(value_name = "ORDER")]
    pub order: String,
    /// OktoPOS's word.
    #[arg(value_name = "STATUS")]
    pub status: String,
    /// Sent with it.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// One order.
#[derive(Debug, Clone, ClapArgs)]
pub struct OrderArg {
    /// `orderId` or `internalId`.
    #[arg(value_name = "ORDER")]
    pub order: String,
}

/// `settle`.
#[derive(Debug, Clone, ClapArgs)]
pub struct SettleArgs {
    /// `orderId`.
    #[arg(value_name = "ORDER")]
    pub order: String,
    /// OktoPOS's id of it, if known.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub internal_id: Option<i64>,
}

/// `outbox`.
#[derive(Debug, Clone, ClapArgs)]
pub struct OutboxArgs {
    /// Send it all, then stop.
    #[arg(long)]
    pub drain: bool,
    /// Do not wait for the end of a pause that OktoPOS asked for.
    #[arg(long, requires = "drain")]
    pub now: bool,
}

/// `init`.
#[derive(Debug, Clone, ClapArgs)]
pub struct InitArgs {
    /// Address of OktoPOS; without it only what is set is shown.
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// File with the key, or `-` for standard input; else the variable's.
    #[arg(long, value_name = "FILE", requires = "base_url")]
    pub key_file: Option<PathBuf>,
    /// What this terminal is called.
    #[arg(long, value_name = "NAME", requires = "base_url")]
    pub terminal: Option<String>,
    /// ISO 3166 code.
    #[arg(long, value_name = "DE", requires = "base_url")]
    pub country: Option<String>,
    /// Table ranges.
    #[arg(long, value_name = "1-40,50", requires = "base_url")]
    pub tables: Option<String>,
    /// The channel of an order type, where its token does not tell it.
    #[arg(long, value_name = "PICKUP=35", requires = "base_url", value_parser = channel_of)]
    pub channel: Vec<(OrderType, i64)>,
    /// Write over settings that are there.
    #[arg(long, requires = "base_url")]
    pub replace: bool,
}

/// `doctor`.
#[derive(Debug, Clone, Copy, Default, ClapArgs)]
pub struct DoctorArgs {
    /// Send a test order twice, to learn what the instance does with a repeated `orderId`.
    #[arg(long)]
    pub probe: bool,
    /// Yes, do it.
    #[arg(long, requires = "probe")]
    pub yes: bool,
}

/// `customer`.
#[derive(Debug, Clone, Subcommand)]
pub enum CustomerCommand {
    /// Remove a guest from every order that is over.
    Forget(ForgetArgs),
    /// Take over guests from a file.
    Import(GuestFileArgs),
}

/// `customer import`.
#[derive(Debug, Clone, ClapArgs)]
pub struct GuestFileArgs {
    /// CSV with a header; `-` for standard input.
    #[arg(value_name = "FILE")]
    pub from: PathBuf,
    /// Only say what would be done.
    #[arg(long)]
    pub dry_run: bool,
}

/// `customer forget`.
#[derive(Debug, Clone, ClapArgs)]
pub struct ForgetArgs {
    /// Phone number in any spelling, or `-` to read it from standard input, where no process list shows it.
    #[arg(value_name = "NUMBER")]
    pub number: String,
    /// Also from orders OktoPOS has whose status is not the last one.
    #[arg(long)]
    pub all: bool,
}

/// `journal`.
#[derive(Debug, Clone, Subcommand)]
pub enum JournalCommand {
    /// Write everything that can be read into a file.
    Export {
        /// A file that does not exist yet.
        #[arg(value_name = "FILE")]
        to: PathBuf,
    },
}

/// `catalog`.
#[derive(Debug, Clone, Subcommand)]
pub enum CatalogCommand {
    /// Read the articles from OktoPOS.
    Sync,
    /// Take the articles from a file.
    Import {
        /// CSV with a header, or JSON; `-` for standard input.
        #[arg(value_name = "FILE")]
        from: PathBuf,
    },
    /// Write the articles to standard output.
    Export(ExportArgs),
    /// Find articles.
    Search {
        /// Name, number or barcode.
        #[arg(value_name = "TEXT")]
        text: String,
    },
}

/// `catalog export`.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub struct ExportArgs {
    /// In which form.
    #[arg(long, value_name = "csv|json", value_enum, default_value_t = ExportFormat::Csv)]
    pub format: ExportFormat,
}

/// Forms articles are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// A row for every price.
    Csv,
    /// A line for every article.
    Json,
}

/// `call`.
#[derive(Debug, Clone, ClapArgs)]
pub struct CallArgs {
    /// The number, or `-` for standard input.
    #[arg(value_name = "NUMBER")]
    pub number: String,
    /// Tell the demo.
    #[arg(long)]
    pub demo: bool,
}

/// `config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Write the documented file.
    Init,
    /// Print the settings as they are used.
    Show,
    /// Print where the file belongs.
    Path,
}

/// `PICKUP=35`
fn channel_of(text: &str) -> Result<(OrderType, i64), String> {
    let tokens = || OrderType::ALL.map(OrderType::token).join(", ");
    let (kind, id) = text.split_once('=').ok_or_else(tokens)?;
    let is_it = |own: &OrderType| own.token().eq_ignore_ascii_case(kind.trim());
    let kind = OrderType::ALL.into_iter().find(is_it).ok_or_else(tokens)?;
    Ok((kind, id.trim().parse().map_err(|_| tokens())?))
}

fn delivery_word(text: &str) -> Result<String, String> {
    if Delivery::WORDS.contains(&text) { Ok(text.to_owned()) } else { Err(Delivery::WORDS.join(", ")) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_declaration_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_contract_is_understood() {
        for line in [
            "oktodesk",
            "oktodesk demo --lang de",
            "oktodesk --config c --data-dir d --lang en send - --no-wait",
            "oktodesk sandbox --port 0 --key k --articles 5 --faults create:503 --log f",
            "oktodesk orders --json --delivery queued --status ready --watch --with-customer",
            "oktodesk status 4711 prepared --reason spät",
            "oktodesk resend a",
            "oktodesk settle a --internal-id -5",
            "oktodesk cancel a",
            "oktodesk outbox --drain",
            "oktodesk day",
            "oktodesk catalog sync",
            "oktodesk catalog import f.csv",
            "oktodesk catalog export",
            "oktodesk catalog export --format json",
            "oktodesk customer forget +4940123456 --all",
            "oktodesk customer import f.csv --dry-run",
            "oktodesk call 040123456",
            "oktodesk call --demo -",
            "oktodesk customer forget -",
            "oktodesk journal export f",
            "oktodesk backup f",
            "oktodesk restore f",
            "oktodesk catalog search Pizza",
            "oktodesk config init",
            "oktodesk init",
            "oktodesk init --base-url u --key-file - --country at --tables 1-9 --channel pickup=35 --channel LOCAL=34",
            "oktodesk config show",
            "oktodesk config path",
            "oktodesk doctor",
            "oktodesk doctor --probe --yes",
            "oktodesk completions bash",
            "oktodesk man",
            "oktodesk man catalog sync",
            "oktodesk help",
            "oktodesk help catalog sync",
        ] {
            assert!(Args::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
        for line in [
            "oktodesk fly",
            "oktodesk send",
            "oktodesk send f --key",
            "oktodesk send f --key=",
            "oktodesk orders --delivery gone",
            "oktodesk --lang fr",
            "oktodesk catalog",
            "oktodesk init --key-file k",
            "oktodesk init --base-url u --channel FETCHED=3",
            "oktodesk doctor --yes",
            "oktodesk completions",
            "oktodesk completions dos",
        ] {
            assert!(Args::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
