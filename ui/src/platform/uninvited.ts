// What stands where the page would, if it was opened by an address without the launch token.

export function tellUninvited(target: HTMLElement): void {
  const says = document.createElement('p');
  says.className = 'uninvited';
  says.setAttribute('role', 'alert');
  says.textContent =
    'This page does not know the launch token, so it is not let in. Open the address that `cachescope serve --ui` printed: ' +
    'it ends in ?token=… and is another one at each start.';
  target.append(says);
}
