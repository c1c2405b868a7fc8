// visitors.mjs: who is one visitor, and how long it waits.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { behindProxy, network, secondsToWait } from '../visitors.mjs';

test('an address of IPv4 is a visitor, a network of IPv6 is one', () => {
  for (const [address, one] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['2001:db8:0:1::1', '2001:db8:0:1'],
    ['[2001:db8:0:1::1]:4711', '2001:db8:0:1'],
    ['2001:0DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['', ''],
  ]) {
    assert.equal(network(address), one, address);
  }
  assert.equal(behindProxy('203.0.113.9, 2001:db8:0:1::1'), '2001:db8:0:1');
  assert.equal(behindProxy(null), '');
});

/** Stops the clock some minutes from now; gives what lets milliseconds pass. */
function stopped(context, minutes) {
  let now = Math.ceil(performance.now()) + minutes * 60_000;
  performance.now = () => now;
  context.after(() => delete performance.now);
  return (milliseconds) => (now += milliseconds);
}

test('a minute is over after a minute', (context) => {
  const passed = stopped(context, 1);
  for (let times = 0; times < 30; times++) assert.equal(secondsToWait('one'), 0);
  passed(20_000);
  assert.equal(secondsToWait('one'), 40);
  assert.equal(secondsToWait('other'), 0);
  passed(40_000);
  assert.equal(secondsToWait('one'), 0);
});

test('many addresses do not fill the memory, and those who were there may go on', (context) => {
  const passed = stopped(context, 10);
  for (let number = 0; number < 100_000; number++) assert.equal(secondsToWait(`address ${number}`), 0);
  assert.equal(secondsToWait('one too many'), 60);
  assert.equal(secondsToWait('address 7'), 0);
  passed(60_000);
  assert.equal(secondsToWait('one too many'), 0);
});
