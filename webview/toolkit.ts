/** The one door to @vscode/webview-ui-toolkit: no other module of the page imports it. */
import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';

export interface ButtonOptions {
  readonly label: string;
  readonly primary?: boolean;
  onClick(): void;
}

/** A button in VS Code's look. */
export interface Button {
  readonly element: HTMLElement;
  setLabel(label: string): void;
  setDisabled(disabled: boolean): void;
}

/** Defines the toolkit's elements; call once, before the first is made. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton());
}

export function createButton({ label, primary = false, onClick }: ButtonOptions): Button {
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', primary ? 'primary' : 'secondary');
  element.textContent = label;
  element.addEventListener('click', onClick);
  return {
    element,
    setLabel: (text) => {
      if (element.textContent !== text) element.textContent = text;
    },
    setDisabled: (disabled) => element.toggleAttribute('disabled', disabled),
  };
}
