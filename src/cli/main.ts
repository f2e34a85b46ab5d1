#!/usr/bin/env node
import { runCli } from './run-cli.js';
import { processTerminal } from './terminal.js';

process.exitCode = await runCli(process.argv.slice(2), processTerminal());

// A command that is over holds nothing open, but a connection to Kafka that was still being made when the log was closed may: it shall not keep the process.
setTimeout(() => process.exit(), 1000).unref();
