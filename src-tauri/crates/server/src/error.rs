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
    #[error(
        "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default \
         user. In this mode connections are only accepted from the loopback interface. If you want to connect from external \
         computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode sending the command \
         'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the same host the server is \
         running, however MAKE SURE Redis is not publicly accessible from internet if you do so. 2) Start the server with \
         '--protected-mode no'. 3) Set up an authentication password for the default user. NOTE: You only need to do one of \
         the above things in order for the server to start accepting connections from the outside."
    )]
    Protected,
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
    /// One of the messages that only one command has.
    #[error("{0}")]
    Message(&'static str),
    /// One that names something.
    #[error("{0}")]
    Text(String),
    #[error(
        "ERR Can't execute '{0}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
    )]
    Listening(&'static str),
    #[error("ERR no such key")]
    NoSuchKey,
    #[error("ERR value is not a valid float")]
    NotAFloat,
    #[error("ERR increment would produce NaN or Infinity")]
    NotFinite,
    #[error("OOM command not allowed when used memory > 'maxmemory'.")]
    OutOfMemory,
    #[error("ERR value is out of range, must be positive")]
    NotPositive,
    #[error("ERR wrong number of arguments for '{0}' command")]
    WrongArity(&'static str),
    #[error("WRONGTYPE Operation against a key holding the wrong kind of value")]
    WrongType,
}

/// What a client sent, put into a reply: lossy where it is not UTF-8 (Redis passes the bytes on as they are).
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
