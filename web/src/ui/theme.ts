import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

import forms from "./forms.module.css";

const accent: MantineColorsTuple = [
  "var(--accent-soft)",
  "var(--accent-soft)",
  "var(--accent-soft)",
  "var(--accent)",
  "var(--accent)",
  "var(--accent)",
  "var(--accent)",
  "var(--accent)",
  "var(--accent)",
  "var(--accent)",
];

export const theme = createTheme({
  fontFamily: "var(--body)",
  headings: { fontFamily: "var(--display)" },
  colors: { accent },
  primaryColor: "accent",
  autoContrast: false,
  defaultRadius: "md",
  radius: { xs: "6px", sm: "8px", md: "10px", lg: "14px", xl: "24px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Input: { classNames: { input: forms.input } },
    InputWrapper: { classNames: { label: forms.label, description: forms.description, error: forms.error } },
    Checkbox: { defaultProps: { radius: 5, classNames: { input: forms.check, label: forms.checkLabel } } },
    Radio: { classNames: { radio: forms.check, label: forms.checkLabel } },
    Switch: { classNames: { track: forms.switch, label: forms.checkLabel, description: forms.description } },
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 150, transition: "fade" }, overlayProps: { opacity: 0.45, color: "#14110f" } },
      classNames: { content: forms.panel, header: forms.panelHeader, title: forms.panelTitle, body: forms.panelBody },
    },
    Drawer: {
      defaultProps: { position: "right", transitionProps: { duration: 180 }, overlayProps: { opacity: 0.35, color: "#14110f" } },
      classNames: { content: forms.drawer, header: forms.panelHeader, title: forms.panelTitle, body: forms.panelBody },
    },
    Menu: {
      // Opened by keyboard or pointer, the focus goes to the first item: a placeholder is no child a menu may have.
      defaultProps: { shadow: "md", transitionProps: { duration: 120 }, position: "bottom-end", withInitialFocusPlaceholder: false },
      classNames: { dropdown: forms.menu, item: forms.menuItem, label: forms.menuLabel, divider: forms.menuDivider },
    },
    Popover: { defaultProps: { transitionProps: { duration: 120 } }, classNames: { dropdown: forms.menu } },
    Combobox: { classNames: { dropdown: forms.menu, options: forms.options, option: forms.option } },
    // The list of options scrolls by itself: an area in it that does could not be reached by keyboard.
    Select: { defaultProps: { withScrollArea: false } },
    TagsInput: { defaultProps: { withScrollArea: false } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 120 } }, classNames: { tooltip: forms.tooltip } },
  },
});

const both = {
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-bright": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-2)",
  "--mantine-color-placeholder": "var(--ink-3)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-default": "var(--sheet)",
  "--mantine-color-default-hover": "var(--paper)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line)",
  "--mantine-color-disabled": "var(--paper)",
  "--mantine-color-disabled-color": "var(--ink-3)",
  "--mantine-color-error": "var(--danger)",
  "--mantine-color-accent-filled": "var(--accent)",
  "--mantine-color-accent-filled-hover": "var(--accent)",
  "--mantine-color-accent-light": "var(--accent-soft)",
  "--mantine-color-accent-outline": "var(--accent)",
  "--mantine-primary-color-filled": "var(--accent)",
  "--mantine-primary-color-contrast": "var(--accent-ink)",
  "--mantine-shadow-md": "var(--shadow)",
  "--mantine-shadow-xl": "var(--shadow)",
};

/** Mantine's colours, all said in terms of `tokens.css`, which alone knows light from dark. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { "--mantine-line-height": "1.5", "--mantine-font-size-sm": "14px", "--mantine-font-size-md": "15px" },
  light: both,
  dark: both,
});
