//! Every error a client can be told, in Redis's own words.

use crate::request::ProtocolError;

/// Displays as the error reply reads on the wire, without the leading `-` and the line end.
///
/// The words are Redis 7.0.15's: clients match on them, and the golden scripts compare them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("NOAUTH Authentication required.")]
    AuthRequired,
    #[error(
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> \
         option can be used to authenticate the client and select the RESP protocol version at the same time"
    )]
    HelloAuthRequired,
    #[error("WRONGPASS invalid username-password pair or user is disabled.")]
    WrongPassword,
    #[error(
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your \
         configuration is correct?"
    )]
    NoPasswordConfigured,
    #[error("ERR {} cannot contain spaces, newlines or special characters.", text(.0))]
    ClientAttribute(Vec<u8>),
    #[error("ERR Client names cannot contain spaces, newlines or special characters.")]
    ClientName,
    #[error("ERR Unrecognized option '{}'", text(.0))]
    ClientOption(Vec<u8>),
    #[error("ERR CONFIG SET failed (possibly related to argument '{}') - can't set immutable config", text(.0))]
    ConfigImmutable(Vec<u8>),
    #[error("ERR Unknown option or number of arguments for CONFIG SET - '{}'", text(.0))]
    ConfigUnknown(Vec<u8>),
    #[error("ERR decrement would overflow")]
    DecrementOverflow,
    #[error("ERR GT and LT options at the same time are not compatible")]
    ExpireGtLt,
    #[error("ERR NX and XX, GT or LT options at the same time are not compatible")]
    ExpireNx,
    #[error("ERR Unsupported option {}", text(.0))]
    ExpireOption(Vec<u8>),
    #[error("ERR Syntax error in HELLO option '{}'", text(.0))]
    HelloOption(Vec<u8>),
    #[error("ERR increment or decrement would overflow")]
    IncrementOverflow,
    #[error("ERR DB index is out of range")]
    IndexOutOfRange,
    #[error("ERR value is out of range, value must between {0} and {1}")]
    IntegerRange(i64, i64),
    #[error("ERR invalid cursor")]
    InvalidCursor,
    #[error("ERR invalid expire time in '{0}' command")]
    InvalidExpire(&'static str),
    #[error("ERR Invalid arguments specified for command")]
    KeysArguments,
    #[error("ERR Invalid number of arguments specified for command")]
    KeysArity,
    #[error("ERR The command has no key arguments")]
    KeysNone,
    #[error("ERR Invalid command specified")]
    KeysUnknown,
    #[error("ERR max number of clients reached")]
    MaxClients,
    #[error("ERR value is not an integer or out of range")]
    NotAnInteger,
    #[error("ERR {0}")]
    Protocol(#[from] ProtocolError),
    #[error("ERR Protocol version is not an integer or out of range")]
    ProtocolVersion,
    #[error("ERR string exceeds maximum allowed size (proto-max-bulk-len)")]
    StringTooLong,
    #[error("ERR syntax error")]
    Syntax,
    #[error("ERR unknown command '{}', with args beginning with: {}", text(.name), text(.arguments))]
    UnknownCommand { name: Vec<u8>, arguments: Vec<u8> },
    #[error("ERR unknown subcommand '{}'. Try {container} HELP.", text(.name))]
    UnknownSubcommand { name: Vec<u8>, container: String },
    #[error("NOPROTO unsupported protocol version")]
    UnsupportedProtocol,
    #[error("ERR wrong number of arguments for '{0}' command")]
    WrongArity(&'static str),
}

/// What a client sent, put into a reply: lossy where it is not UTF-8 (Redis passes the bytes on as they are).
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
